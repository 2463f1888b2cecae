//! What synthetic devices see and hear: colour bars with a square that moves, and a tone.

/// Colour bars in I420 (BT.601, studio range): white, yellow, cyan, green, magenta, red, blue, black.
const BARS: [[u8; 3]; 8] = [
    [235, 128, 128],
    [210, 16, 146],
    [170, 166, 16],
    [145, 54, 34],
    [106, 202, 222],
    [81, 90, 240],
    [41, 240, 110],
    [16, 128, 128],
];

/// Black and white together: the square shows the luma that is left to it.
const BLACK_AND_WHITE: u8 = 16 + 235;

/// Picture number `number` in I420: a byte a pixel, then two chroma planes of half the width and height, rounded up.
#[must_use]
pub fn picture(width: u32, height: u32, number: u64) -> Vec<u8> {
    let (width, height) = (width as usize, height as usize);
    let (chroma_width, chroma_height) = (width.div_ceil(2), height.div_ceil(2));
    let mut image = Vec::with_capacity(width * height + 2 * chroma_width * chroma_height);
    let luma: Vec<u8> = (0..width).map(|x| bar(x, width)[0]).collect();
    for _ in 0..height {
        image.extend_from_slice(&luma);
    }
    for plane in [1, 2] {
        let row: Vec<u8> = (0..chroma_width).map(|x| bar(x, chroma_width)[plane]).collect();
        for _ in 0..chroma_height {
            image.extend_from_slice(&row);
        }
    }
    // A square of an eighth of the height runs along the lower half, and begins anew.
    let side = (height / 8).min(width);
    let left = usize::try_from(number.wrapping_mul(4) % (width - side + 1) as u64).unwrap_or_default();
    for row in image.chunks_mut(width).take(height).skip(height / 2).take(side) {
        row.iter_mut().skip(left).take(side).for_each(|pixel| *pixel = BLACK_AND_WHITE - *pixel);
    }
    image
}

fn bar(x: usize, width: usize) -> [u8; 3] {
    BARS.get(x * BARS.len() / width.max(1)).copied().unwrap_or([16, 128, 128])
}

/// `frames` frames of a tone of 440 Hz, the same in all channels, from frame number `first` on; 16 bits a sample, interleaved.
#[must_use]
pub fn tone(sample_rate: u32, channels: u32, first: u64, frames: u32) -> Vec<i16> {
    let rate = f64::from(sample_rate.max(1));
    let sample = |frame: u64| {
        // Whole seconds hold whole periods: the phase is exact however long it runs.
        let within = frame % u64::from(sample_rate.max(1));
        let phase = f64::from(u32::try_from(within).unwrap_or_default()) / rate * 440.0 * std::f64::consts::TAU;
        to_sample(phase.sin() * 8192.0)
    };
    (first..first + u64::from(frames)).flat_map(|frame| (0..channels).map(move |_| sample(frame))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "the amplitude is far below what 16 bits hold")]
fn to_sample(amplitude: f64) -> i16 {
    amplitude.round() as i16
}

#[cfg(test)]
mod tests {
    use super::{picture, tone};

    #[test]
    fn a_picture_has_its_planes_even_if_its_sides_are_odd() {
        assert_eq!(picture(641, 481, 0).len(), 641 * 481 + 2 * 321 * 241);
        assert_eq!(picture(1, 1, 5).len(), 3);
    }

    #[test]
    fn no_two_pictures_in_a_row_are_the_same() {
        assert_ne!(picture(640, 480, 1), picture(640, 480, 2));
    }

    #[test]
    fn a_tone_goes_on_where_it_stopped() {
        let all = tone(48_000, 2, 0, 480);
        let halves = [tone(48_000, 2, 0, 240), tone(48_000, 2, 240, 240)].concat();
        assert_eq!(all, halves);
        assert!(all.iter().any(|sample| *sample > 8000));
        assert_eq!(tone(48_000, 1, 48_000, 10), tone(48_000, 1, 0, 10));
    }
}
