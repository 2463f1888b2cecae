//! Which device and which settings the constraints of an application lead to.

use peerline_capture::{
    Constraint, ConstraintSet, Constraints, Kind, Overconstrained, Position, Property, Selection, Value,
    fitness_distance, refused_for_selection, select, synthetic_devices, synthetic_display,
};
use proptest::prelude::*;

fn video(set: ConstraintSet) -> Result<Selection<'static>, Overconstrained> {
    let devices: &'static _ = Box::leak(Box::new(synthetic_devices(1)));
    select(devices, Kind::Video, &Constraints::from(set))
}

fn number(selection: &Selection<'_>, property: Property) -> f64 {
    selection.settings.number(property).expect("a number")
}

fn size(selection: &Selection<'_>) -> (f64, f64) {
    (number(selection, Property::Width), number(selection, Property::Height))
}

fn failed(set: ConstraintSet) -> Option<Property> {
    video(set).expect_err("too much").constraint
}

#[test]
fn without_constraints_the_first_camera_gives_640_by_480_at_30() {
    let selection = video(ConstraintSet::new()).unwrap();
    assert_eq!(size(&selection), (640.0, 480.0));
    assert_eq!(number(&selection, Property::FrameRate), 30.0);
    assert_eq!(selection.settings.text(Property::ResizeMode), Some("none"));
    assert_eq!(selection.settings.text(Property::FacingMode), Some("user"));
}

#[test]
fn an_ideal_width_between_two_modes_is_cropped_out_in_the_native_shape() {
    let selection = video(ConstraintSet::new().with(Property::Width, Constraint::bare(500))).unwrap();
    assert_eq!(size(&selection), (500.0, 375.0));
    assert_eq!(selection.settings.text(Property::ResizeMode), Some("crop-and-scale"));
}

#[test]
fn a_native_mode_that_is_exactly_right_is_not_cropped() {
    let selection = video(ConstraintSet::new().with(Property::Width, Constraint::ideal(320))).unwrap();
    assert_eq!(size(&selection), (320.0, 240.0));
    assert_eq!(selection.settings.text(Property::ResizeMode), Some("none"));
}

#[test]
fn too_wide_is_overconstrained_by_width() {
    assert_eq!(
        failed(ConstraintSet::new().with(Property::Width, Constraint::min(100_000_000.0))),
        Some(Property::Width)
    );
}

#[test]
fn a_width_that_is_no_mode_cannot_be_had_without_cropping() {
    let set = ConstraintSet::new()
        .with(Property::Width, Constraint::exact(639))
        .with(Property::ResizeMode, Constraint::exact("none"));
    assert_eq!(failed(set), Some(Property::Width));
}

#[test]
fn strings_that_no_device_has_are_overconstrained_by_their_property() {
    for property in [Property::GroupId, Property::FacingMode, Property::ResizeMode, Property::DeviceId] {
        assert_eq!(failed(ConstraintSet::new().with(property, Constraint::exact("nonsense"))), Some(property));
    }
    assert_eq!(
        failed(ConstraintSet::new().with(Property::FacingMode, Constraint::exact(""))),
        Some(Property::FacingMode)
    );
}

#[test]
fn strings_that_no_device_has_are_only_wishes_if_they_are_ideal() {
    let plain = video(ConstraintSet::new()).unwrap();
    let wish = video(ConstraintSet::new().with(Property::GroupId, Constraint::bare("nonsense"))).unwrap();
    assert_eq!(wish.settings, plain.settings);
}

#[test]
fn an_endless_string_is_refused_even_as_a_wish() {
    let set = ConstraintSet::new().with(Property::GroupId, Constraint::ideal("2".repeat(501)));
    assert_eq!(failed(set), Some(Property::GroupId));
}

#[test]
fn the_empty_device_id_names_nobody_and_asks_for_nothing() {
    assert!(video(ConstraintSet::new().with(Property::DeviceId, Constraint::exact(""))).is_ok());
}

#[test]
fn facing_mode_chooses_the_camera() {
    let selection = video(ConstraintSet::new().with(Property::FacingMode, Constraint::ideal("environment"))).unwrap();
    assert_eq!(selection.device.label, "Synthetic Rear Camera");
}

#[test]
fn a_resolution_that_only_one_camera_has_chooses_it() {
    let selection = video(ConstraintSet::new().with(Property::Width, Constraint::min(1500.0))).unwrap();
    assert_eq!(size(&selection), (1920.0, 1080.0));
}

#[test]
fn a_low_frame_rate_is_decimated_from_a_native_one() {
    let selection = video(ConstraintSet::new().with(Property::FrameRate, Constraint::ideal(10))).unwrap();
    assert_eq!(number(&selection, Property::FrameRate), 10.0);
    assert_eq!(selection.settings.text(Property::ResizeMode), Some("crop-and-scale"));
    assert_eq!(selection.native.unwrap().frame_rate, 30.0);
}

#[test]
fn an_aspect_ratio_is_met_with_whole_pixels() {
    let selection = video(ConstraintSet::new().with(Property::AspectRatio, Constraint::exact(1.5))).unwrap();
    let (width, height) = size(&selection);
    assert!((width / height - 1.5).abs() < 1e-9, "{width}x{height}");
    let golden = video(ConstraintSet::new().with(Property::AspectRatio, Constraint::exact(16.0 / 9.0))).unwrap();
    assert_eq!(golden.settings.text(Property::ResizeMode), Some("none"));
}

#[test]
fn advanced_sets_are_taken_whole_and_in_order() {
    let devices = synthetic_devices(1);
    let set = |width: i32, height: i32| {
        ConstraintSet::new()
            .with(Property::Width, Constraint::bare(width))
            .with(Property::Height, Constraint::bare(height))
    };
    // The first is impossible, the second is taken, the third contradicts the second.
    let constraints =
        Constraints { basic: ConstraintSet::new(), advanced: vec![set(9000, 480), set(1280, 720), set(320, 240)] };
    assert_eq!(size(&select(&devices, Kind::Video, &constraints).unwrap()), (1280.0, 720.0));
}

#[test]
fn an_impossible_advanced_set_is_skipped() {
    let devices = synthetic_devices(1);
    let mut width = Constraint::min(1024.0);
    width.max = Some(800.0);
    let advanced = vec![ConstraintSet::new().with(Property::Width, width)];
    assert!(select(&devices, Kind::Video, &Constraints { basic: ConstraintSet::new(), advanced }).is_ok());
}

#[test]
fn constraints_for_the_other_kind_are_ignored() {
    let devices = synthetic_devices(1);
    let set = ConstraintSet::new()
        .with(Property::ChannelCount, Constraint::max(0))
        .with(Property::Latency, Constraint::max(0));
    assert!(select(&devices, Kind::Video, &Constraints::from(set.clone())).is_ok());
    assert_eq!(
        select(&devices, Kind::Audio, &Constraints::from(set)).unwrap_err().constraint,
        Some(Property::ChannelCount)
    );
}

#[test]
fn echo_cancellation_may_be_a_boolean_or_a_mode() {
    let devices = synthetic_devices(1);
    for wanted in [Value::from(true), false.into(), "all".into(), "remote-only".into()] {
        let set = ConstraintSet::new().with(Property::EchoCancellation, Constraint::exact(wanted.clone()));
        let selection = select(&devices, Kind::Audio, &Constraints::from(set)).unwrap();
        assert_eq!(selection.settings.get(Property::EchoCancellation), Some(&wanted));
    }
}

#[test]
fn ids_are_stable_for_a_salt_and_differ_between_salts_and_devices() {
    let ids = |salt| synthetic_devices(salt).into_iter().map(|device| device.id).collect::<Vec<_>>();
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    let mut all = ids(1);
    all.push(synthetic_display(1).id);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
}

#[test]
fn a_device_without_the_required_property_is_no_candidate() {
    let screens = [synthetic_display(1)];
    let set = ConstraintSet::new().with(Property::FacingMode, Constraint::exact("user"));
    assert_eq!(
        select(&screens, Kind::Video, &Constraints::from(set)).unwrap_err().constraint,
        Some(Property::FacingMode)
    );
}

#[test]
fn what_a_device_does_to_its_pictures_may_not_select_it() {
    let refused = |constraint| {
        let set = ConstraintSet::new().with(Property::BackgroundBlur, constraint);
        refused_for_selection(Kind::Video, &Constraints::from(set))
    };
    assert_eq!(refused(Constraint::exact(true)), Some(Property::BackgroundBlur));
    assert_eq!(refused(Constraint::ideal(true)), None);
    let voice = ConstraintSet::new().with(Property::VoiceIsolation, Constraint::exact(true));
    assert_eq!(refused_for_selection(Kind::Video, &Constraints::from(voice)), None);
}

fn a_number() -> impl Strategy<Value = Constraint> {
    (
        prop::option::of(0_u32..2200),
        prop::option::of(0_u32..2200),
        prop::option::of(0_u32..2200),
        prop::option::of(0_u32..2200),
    )
        .prop_map(|(min, max, exact, ideal)| Constraint {
            min: min.map(f64::from),
            max: max.map(f64::from),
            exact: exact.filter(|exact| exact % 3 == 0).map(Value::from).into_iter().collect(),
            ideal: ideal.map(Value::from).into_iter().collect(),
            bare: Vec::new(),
        })
}

fn a_set() -> impl Strategy<Value = ConstraintSet> {
    let shape = prop::option::of((0.2_f64..4.0, 0.2_f64..4.0));
    (prop::option::of(a_number()), prop::option::of(a_number()), shape, prop::option::of(0.0_f64..70.0)).prop_map(
        |(width, height, shape, rate)| {
            let mut set = ConstraintSet::new();
            for (property, constraint) in [(Property::Width, width), (Property::Height, height)] {
                if let Some(constraint) = constraint {
                    set.insert(property, constraint);
                }
            }
            if let Some((min, ideal)) = shape {
                let wish = Constraint { min: Some(min), ideal: vec![ideal.into()], ..Constraint::default() };
                set.insert(Property::AspectRatio, wish);
            }
            if let Some(rate) = rate {
                set.insert(Property::FrameRate, Constraint::max(rate));
            }
            set
        },
    )
}

/// The set without its constraint on the frame rate.
fn still(set: &ConstraintSet) -> ConstraintSet {
    let without = set.iter().filter(|(property, _)| *property != Property::FrameRate);
    without.fold(ConstraintSet::new(), |all, (property, constraint)| all.with(property, constraint.clone()))
}

/// The least fitness distance of a grid of pictures; `None` if no picture of the grid is allowed.
fn least_of_a_grid(set: &ConstraintSet) -> Option<f64> {
    let devices = synthetic_devices(1);
    let exact = |width: u32, height: u32| {
        ConstraintSet::new()
            .with(Property::Width, Constraint::exact(width))
            .with(Property::Height, Constraint::exact(height))
    };
    let widths = (1..=1920).step_by(160).chain([639, 640, 1280, 1920]);
    let sizes =
        widths.flat_map(|width| (1..=1080).step_by(90).chain([480, 720, 1080]).map(move |height| (width, height)));
    sizes
        .filter_map(|(width, height)| {
            let one = select(&devices, Kind::Video, &Constraints::from(exact(width, height))).ok()?;
            Some(fitness_distance(&one.settings, set, Position::Basic)).filter(|distance| distance.is_finite())
        })
        .reduce(f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn settings_always_satisfy_the_required_constraints(basic in a_set(), advanced in prop::collection::vec(a_set(), 0..3)) {
        let devices = synthetic_devices(1);
        if let Ok(selection) = select(&devices, Kind::Video, &Constraints { basic: basic.clone(), advanced }) {
            prop_assert!(fitness_distance(&selection.settings, &basic, Position::Basic).is_finite());
            let native = selection.native.unwrap();
            prop_assert!(number(&selection, Property::Width) <= f64::from(native.width));
            prop_assert!(number(&selection, Property::Height) <= f64::from(native.height));
            prop_assert!(number(&selection, Property::FrameRate) <= native.frame_rate);
        }
    }

    #[test]
    fn nothing_nearer_is_overlooked(basic in a_set()) {
        let devices = synthetic_devices(1);
        let basic = still(&basic);
        let chosen = select(&devices, Kind::Video, &Constraints::from(basic.clone()));
        let distance = chosen.map(|chosen| fitness_distance(&chosen.settings, &basic, Position::Basic));
        match least_of_a_grid(&basic) {
            Some(least) => prop_assert!(distance.is_ok_and(|distance| distance <= least + 1e-9)),
            None => prop_assert!(distance.is_err() || distance.is_ok_and(f64::is_finite)),
        }
    }

    #[test]
    fn advanced_sets_never_make_the_wishes_impossible_to_grant(basic in a_set(), advanced in prop::collection::vec(a_set(), 0..3)) {
        let devices = synthetic_devices(1);
        let plain = select(&devices, Kind::Video, &Constraints::from(basic.clone())).is_ok();
        prop_assert_eq!(plain, select(&devices, Kind::Video, &Constraints { basic, advanced }).is_ok());
    }
}
