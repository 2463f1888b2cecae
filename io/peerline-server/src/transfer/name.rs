//! A file name from somebody else, made safe.

/// The longest name that common file systems take, with `.part` still to be added, bytes.
const LONGEST: usize = 240;

/// The last component of a name that somebody else chose, without anything that means something to a file system or a terminal.
/// Never empty, never a path, never a device, never a hidden file.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // What Windows forbids is avoided everywhere, so that a file can travel on. Marks that turn the direction of writing hide an ending.
    let keep = |c: &char| {
        !c.is_control()
            && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let kept: String = last.chars().filter(keep).collect();
    let mut name = kept.trim_matches(|c: char| c.is_whitespace() || c == '.').to_owned();
    while name.len() > LONGEST {
        name.pop();
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    if name.is_empty() {
        "file".to_owned()
    } else if device {
        format!("_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_directory() {
        for (given, safe) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("/etc/shadow", "shadow"),
            ("C:\\Windows\\system32\\x.dll", "x.dll"),
            ("..", "file"),
            ("", "file"),
            ("a/", "file"),
            (".bashrc", "bashrc"),
            ("x\n\u{1b}[31my", "x[31my"),
            ("evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("con", "_con"),
            ("com1.txt", "_com1.txt"),
            ("compass.txt", "compass.txt"),
            ("stream:hidden", "streamhidden"),
            ("ünïcode näme.txt", "ünïcode näme.txt"),
        ] {
            assert_eq!(safe_name(given), safe, "{given:?}");
        }
        let long = safe_name(&"é".repeat(1000));
        assert!(long.len() <= LONGEST && long.chars().all(|c| c == 'é'));
    }
}
