//! What all commands print alike: lines, errors, progress bars, sizes.

use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::io::{self, Write};

/// Prints a line to standard output. A reader that has gone away is no error of ours.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a line to standard error.
pub(super) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints an error.
pub(super) fn complain(error: &dyn Error) {
    note(&format!("error: {error}"));
}

/// A progress bar in bytes, on standard error; hidden if that is no terminal.
pub(super) fn bar(size: u64) -> ProgressBar {
    let bar = ProgressBar::new(size);
    let template = "{bar:32.cyan/dim} {bytes:>11} of {total_bytes}  {binary_bytes_per_sec:>13}  {eta:>4} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

/// A number of bytes, for people.
pub(super) fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}

/// Reads `256M`, `64KiB`, `1G` or plain bytes; the letters mean powers of 1024.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor: u64 = match unit.trim().to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err(format!("{unit:?} is no unit: use K, M or G, such as 256M")),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("{text:?} is no size: use a number of bytes, or such as 256M"))?;
    number.checked_mul(factor).ok_or_else(|| format!("{text:?} is too much"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_as_people_write_them() {
        for (text, bytes) in
            [("0", 0), ("17", 17), ("4K", 4096), ("256MiB", 268_435_456), ("1 gb", 1 << 30), ("64kib", 65_536)]
        {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "M", "-1", "1T", "1.5M", "99999999999G"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
