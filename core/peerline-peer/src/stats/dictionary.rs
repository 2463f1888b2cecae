//! How a dictionary of statistics is declared once, as a struct and as a list of W3C members.

use core::time::Duration;
use std::collections::BTreeMap;

/// The value of one member.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StatsValue<'a> {
    /// A string or the value of an enumeration.
    Text(&'a str),
    /// A count.
    Unsigned(u64),
    /// An integer that may be negative.
    Signed(i64),
    /// A double.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// `null`.
    Null,
    /// A record of doubles.
    Record(&'a BTreeMap<String, f64>),
}

/// Something that a member can be; `None` leaves the member out.
pub(super) trait Member {
    fn value(&self) -> Option<StatsValue<'_>>;
}

impl<T: Member> Member for Option<T> {
    fn value(&self) -> Option<StatsValue<'_>> {
        self.as_ref().and_then(Member::value)
    }
}

impl Member for String {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Text(self))
    }
}

impl Member for bool {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Boolean(*self))
    }
}

impl Member for f64 {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Number(*self))
    }
}

/// W3C has every duration in seconds.
impl Member for Duration {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Number(self.as_secs_f64()))
    }
}

impl Member for i64 {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Signed(*self))
    }
}

impl Member for BTreeMap<String, f64> {
    fn value(&self) -> Option<StatsValue<'_>> {
        Some(StatsValue::Record(self))
    }
}

macro_rules! integer_members {
    ($($type:ty),*) => { $(
        impl Member for $type {
            fn value(&self) -> Option<StatsValue<'_>> {
                Some(StatsValue::Unsigned((*self).into()))
            }
        }
    )* };
}

integer_members!(u8, u16, u32, u64);

/// Enumerations have their string.
macro_rules! enumeration_members {
    ($($type:ty),* $(,)?) => { $(
        impl $crate::stats::dictionary::Member for $type {
            fn value(&self) -> Option<$crate::stats::StatsValue<'_>> {
                Some($crate::stats::StatsValue::Text(self.as_str()))
            }
        }
    )* };
}

/// Declares a dictionary: its members with their W3C names, and the dictionary it inherits from as its first field.
macro_rules! dictionary {
    (
        $(#[$doc:meta])*
        $name:ident $(: $(#[$parent_doc:meta])* $parent_field:ident $parent:ty)? {
            $($(#[$member_doc:meta])* $member:ident: $type:ty = $w3c:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$parent_doc])* pub $parent_field: $parent,)?
            $($(#[$member_doc])* pub $member: $type,)*
        }

        impl $name {
            /// Shows every member that is there, by its W3C name; those it inherits go first.
            pub(in crate::stats) fn visit<'a>(
                &'a self,
                visitor: &mut dyn FnMut(&'static str, $crate::stats::StatsValue<'a>),
            ) {
                $(self.$parent_field.visit(visitor);)?
                $(if let Some(value) = $crate::stats::dictionary::Member::value(&self.$member) {
                    visitor($w3c, value);
                })*
            }
        }
    };
}
