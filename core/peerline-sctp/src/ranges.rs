//! A set of numbers kept as sorted, disjoint, non-adjacent ranges: what both sides know about TSNs beyond the cumulative one
//! (RFC 9260 §3.3.4 gap ack blocks).

use std::collections::VecDeque;

/// First and last number of a range.
pub(crate) type Range = (u64, u64);

/// The set. Numbers are unwrapped TSNs (64 bits, never wrapping).
#[derive(Clone, Debug, Default)]
pub(crate) struct RangeSet {
    ranges: VecDeque<Range>,
}

impl RangeSet {
    /// How many ranges there are.
    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub(crate) fn first(&self) -> Option<Range> {
        self.ranges.front().copied()
    }

    pub(crate) fn last(&self) -> Option<Range> {
        self.ranges.back().copied()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Range> + '_ {
        self.ranges.iter().copied()
    }

    pub(crate) fn clear(&mut self) {
        self.ranges.clear();
    }

    /// True if `number` is in the set.
    pub(crate) fn contains(&self, number: u64) -> bool {
        let index = self.ranges.partition_point(|range| range.1 < number);
        self.ranges.get(index).is_some_and(|range| range.0 <= number)
    }

    /// True if adding `number` would make one more range.
    pub(crate) fn would_grow(&self, number: u64) -> bool {
        let index = self.touching(number);
        self.ranges.get(index).is_none_or(|range| range.0 > number.saturating_add(1))
    }

    /// The first range that ends at `number - 1` or later.
    fn touching(&self, number: u64) -> usize {
        match self.ranges.back() {
            Some(last) if last.1.saturating_add(1) < number => self.ranges.len(),
            _ => self.ranges.partition_point(|range| range.1.saturating_add(1) < number),
        }
    }

    /// Adds the numbers from `first` to `last`; calls `fresh` for each run of them that was not there. O(log n) and the ranges it merges.
    pub(crate) fn insert(&mut self, first: u64, last: u64, mut fresh: impl FnMut(u64, u64)) {
        if last < first {
            return;
        }
        let low = self.touching(first);
        let mut high = low;
        let mut position = first;
        let mut merged = (first, last);
        while let Some(range) = self.ranges.get(high).filter(|range| range.0 <= last.saturating_add(1)) {
            if range.0 > position && position <= last {
                fresh(position, last.min(range.0.saturating_sub(1)));
            }
            position = position.max(range.1.saturating_add(1));
            merged = (merged.0.min(range.0), merged.1.max(range.1));
            high = high.saturating_add(1);
        }
        if position <= last {
            fresh(position, last);
        }
        if low == high {
            self.ranges.insert(low, merged);
            return;
        }
        if let Some(slot) = self.ranges.get_mut(low) {
            *slot = merged;
        }
        if high.saturating_sub(low) > 1 {
            self.ranges.drain(low.saturating_add(1)..high);
        }
    }

    /// Removes every number below `number`.
    pub(crate) fn remove_below(&mut self, number: u64) {
        while let Some(range) = self.ranges.front_mut() {
            if range.1 >= number {
                range.0 = range.0.max(number);
                return;
            }
            self.ranges.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_like_a_set(inserts in proptest::collection::vec((0u64..60, 0u64..8), 0..40), below in 0u64..70) {
            let (mut set, mut model) = (RangeSet::default(), BTreeSet::new());
            for (first, len) in inserts {
                let grows = set.would_grow(first);
                let before = set.len();
                let mut fresh = BTreeSet::new();
                set.insert(first, first + len, |a, b| fresh.extend(a..=b));
                if len == 0 {
                    prop_assert_eq!(set.len() > before, grows);
                }
                prop_assert_eq!(&fresh, &(first..=first + len).filter(|n| !model.contains(n)).collect());
                model.extend(first..=first + len);
            }
            set.remove_below(below);
            model.retain(|n| *n >= below);
            prop_assert!((0..80).all(|n| set.contains(n) == model.contains(&n)));
            let ranges: Vec<_> = set.iter().collect();
            prop_assert!(ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
    }
}
