//! Medians, bests and paired ratios over interleaved rounds.

/// One stack's value in each round; `None` where the run failed.
pub type Rounds = Vec<Option<f64>>;

/// The median of the rounds that have a value.
pub fn median(rounds: &Rounds) -> Option<f64> {
    let mut values: Vec<f64> = rounds.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

pub fn smallest(rounds: &Rounds) -> Option<f64> {
    rounds.iter().flatten().copied().min_by(f64::total_cmp)
}

pub fn largest(rounds: &Rounds) -> Option<f64> {
    rounds.iter().flatten().copied().max_by(f64::total_cmp)
}

/// The median of `a / b` round by round: what the two did next to each other, so that slow minutes cancel out.
pub fn paired_ratio(a: &Rounds, b: &Rounds) -> Option<f64> {
    median(&a.iter().zip(b).map(|(a, b)| Some((*a)? / (*b)?)).collect())
}

#[cfg(test)]
mod tests {
    use super::{median, paired_ratio};

    #[test]
    fn a_failed_round_is_left_out() {
        assert_eq!(median(&vec![Some(3.0), None, Some(1.0), Some(2.0)]), Some(2.0));
        assert_eq!(median(&vec![Some(3.0), Some(1.0)]), Some(2.0));
        assert_eq!(median(&vec![None]), None);
        assert_eq!(paired_ratio(&vec![Some(4.0), None, Some(9.0)], &vec![Some(2.0), Some(1.0), Some(3.0)]), Some(2.5));
    }
}
