//! Serial number arithmetic (RFC 1982): numbers that wrap, compared by the shorter way round.

use core::cmp::Ordering;
use core::fmt;

macro_rules! serial {
    ($(#[$doc:meta])* $name:ident, $unsigned:ty, $signed:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $unsigned);

        impl $name {
            /// The number `n` steps later, wrapping.
            #[must_use]
            #[inline]
            pub const fn add(self, n: $unsigned) -> Self {
                Self(self.0.wrapping_add(n))
            }

            /// The number before this one, wrapping.
            #[must_use]
            #[inline]
            pub const fn previous(self) -> Self {
                Self(self.0.wrapping_sub(1))
            }

            /// The number after this one, wrapping.
            #[must_use]
            #[inline]
            pub const fn next(self) -> Self {
                Self(self.0.wrapping_add(1))
            }

            /// Signed distance from `origin` to this number by the shorter way round.
            #[must_use]
            #[inline]
            pub const fn distance_from(self, origin: Self) -> $signed {
                self.0.wrapping_sub(origin.0).cast_signed()
            }

            /// True if this number comes before `other`.
            #[must_use]
            #[inline]
            pub const fn is_before(self, other: Self) -> bool {
                self.distance_from(other) < 0
            }

            /// True if this number comes after `other`.
            #[must_use]
            #[inline]
            pub const fn is_after(self, other: Self) -> bool {
                self.distance_from(other) > 0
            }
        }

        impl PartialOrd for $name {
            /// RFC 1982 §3.2: two numbers exactly half the circle apart have no order.
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                match self.distance_from(*other) {
                    <$signed>::MIN => None,
                    distance => Some(distance.cmp(&0)),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

serial!(
    /// A 32-bit serial number, such as an SCTP TSN.
    Serial32, u32, i32
);
serial!(
    /// A 16-bit serial number, such as an RTP sequence number.
    Serial16, u16, i16
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_survives_the_wrap() {
        assert!(Serial32(u32::MAX).is_before(Serial32(0)));
        assert!(Serial32(5).is_after(Serial32(u32::MAX - 5)));
        assert!(Serial16(65_535) < Serial16(3));
        assert_eq!(Serial16(2).distance_from(Serial16(65_534)), 4);
    }

    #[test]
    fn numbers_half_the_circle_apart_have_no_order() {
        assert_eq!(Serial32(0).partial_cmp(&Serial32(1 << 31)), None);
        assert_eq!(Serial16(7).partial_cmp(&Serial16(7)), Some(Ordering::Equal));
    }
}
