//! Just enough of Rust's grammar to count lines and find words: comments and literals blanked, test modules cut out.

/// The source with comments and the contents of string and character literals replaced by blanks; line breaks stay.
pub(crate) fn without_comments_and_literals(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skip(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that begins here ends; here if none begins.
fn skip(chars: &[char], at: usize) -> usize {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let inside_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (chars[at], next(1)) {
        ('/', '/') => chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| at + length),
        ('/', '*') => block_comment(chars, at),
        ('"', _) => string(chars, at + 1),
        ('b', '"') if !inside_word => string(chars, at + 2),
        ('r', '"' | '#') if !inside_word => raw_string(chars, at, at + 1),
        ('b', 'r') if !inside_word && matches!(next(2), '"' | '#') => raw_string(chars, at, at + 2),
        // A character literal, not a lifetime.
        ('\'', '\\') => chars[at + 3..].iter().position(|c| *c == '\'').map_or(chars.len(), |length| at + length + 4),
        ('\'', _) if next(2) == '\'' => at + 3,
        _ => at,
    }
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn string(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn raw_string(chars: &[char], start: usize, hashes_at: usize) -> usize {
    let hashes = chars[hashes_at..].iter().take_while(|c| **c == '#').count();
    if chars.get(hashes_at + hashes) != Some(&'"') {
        // A raw identifier.
        return start;
    }
    let mut at = hashes_at + hashes + 1;
    while at < chars.len() {
        let closes = chars[at] == '"' && chars[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
        if closes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

/// Blanks every `#[cfg(test)]` item with a body. Expects comments and literals to be blanked.
pub(crate) fn without_tests(blanked: &str) -> String {
    let mut out = blanked.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let rest = &out[start..];
        let body = rest.find('{').filter(|brace| rest.find(';').is_none_or(|semicolon| *brace < semicolon));
        let end = match body {
            Some(brace) => start + brace + body_length(&rest[brace..]),
            None => start + rest.find(';').map_or(rest.len(), |semicolon| semicolon + 1),
        };
        let blank: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
    }
    out
}

/// The modules in files of their own that only tests see: `#[cfg(test)] mod name;`. Expects comments and literals to be blanked.
pub(crate) fn test_modules(blanked: &str) -> Vec<String> {
    let after = blanked.split("#[cfg(test)]").skip(1);
    let declared = after.filter_map(|rest| {
        let item = rest.split_once(';')?.0.trim();
        let name = item.rsplit_once("mod ")?.1;
        (!item.contains('{')).then(|| name.to_owned())
    });
    declared.collect()
}

/// The length of the block that begins with the brace at the start of this text, both braces included.
pub(crate) fn body_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// How many lines hold anything.
pub(crate) fn code_lines(blanked: &str) -> usize {
    blanked.lines().filter(|line| !line.trim().is_empty()).count()
}

/// True if `word` stands in the text with no identifier character beside it.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let part_of_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !part_of_name(text[..at].chars().next_back()) && !part_of_name(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_comments_and_literals_and_nothing_else() {
        let source =
            "let a = \"x // {\"; // } c\nlet b = r#\"y\" {\"#; /* /* { */ */ let c = '{'; let d: &'static str; '\\''";
        let blanked = without_comments_and_literals(source);
        assert_eq!(blanked.len(), source.len());
        assert_eq!(
            blanked.split_whitespace().collect::<Vec<_>>().join(" "),
            "let a = ; let b = ; let c = ; let d: &'static str;"
        );
        assert_eq!(blanked.lines().count(), 2);
    }

    #[test]
    fn cuts_test_modules_out() {
        let source =
            "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { {} }\n}\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}";
        let without = without_tests(source);
        assert_eq!(without.split_whitespace().collect::<Vec<_>>().join(" "), "fn a() {} fn c() {} fn d() {}");
        assert_eq!(code_lines(&without), 3);
        assert_eq!(test_modules(source), ["more"]);
    }

    #[test]
    fn finds_whole_words_only() {
        assert!(has_word("std::time::Instant::now()", "Instant"));
        assert!(!has_word("Instantly", "Instant"));
        assert!(!has_word("MyInstant", "Instant"));
    }
}
