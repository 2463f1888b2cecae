//! Files and functions that have grown too long to read at one go.

use crate::Outcome;
use crate::report::{say, warn};
use crate::rust_source::{body_length, code_lines, without_comments_and_literals};
use crate::workspace::{read, root, rust_files, shown, source_files};
use std::path::Path;

/// Code lines (neither blank nor comment) from which a file is called long.
const LONG_FILE: usize = 600;
/// Code lines from which a file may not be.
const TOO_LONG_FILE: usize = 900;
/// Code lines from which a function is called long.
const LONG_FUNCTION: usize = 80;

pub(crate) fn run() -> Outcome {
    let (mut files, mut too_long) = (0, Vec::new());
    let mut measure = |path: &Path, lines: usize| {
        files += 1;
        if lines > TOO_LONG_FILE {
            too_long.push(format!("{} has {lines} code lines", shown(path)));
        } else if lines > LONG_FILE {
            warn(&format!("{} has {lines} code lines (aim below {LONG_FILE})", shown(path)));
        }
    };
    for floor in ["core", "io", "test", "examples", "xtask"] {
        for path in source_files(&root().join(floor), &["ts", "js", "mjs"])? {
            measure(&path, script_lines(&read(&path)?));
        }
        for path in rust_files(&root().join(floor))? {
            let code = without_comments_and_literals(&read(&path)?);
            measure(&path, code_lines(&code));
            for (name, lines) in functions(&code) {
                if lines > LONG_FUNCTION {
                    warn(&format!("{}: fn {name} has {lines} lines (aim below {LONG_FUNCTION})", shown(&path)));
                }
            }
        }
    }
    if !too_long.is_empty() {
        return Err(format!("more than {TOO_LONG_FILE} code lines:\n  {}", too_long.join("\n  ")));
    }
    say(&format!("sizes: {files} files, none above {TOO_LONG_FILE} code lines"));
    Ok(())
}

/// The lines of a script that are neither blank nor comment.
fn script_lines(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
    text.lines().map(str::trim).filter(is_code).count()
}

/// The functions with a body: name and code lines of the body.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let is_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + 3..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let body = rest.find('{').filter(|brace| rest.find(';').is_none_or(|semicolon| *brace < semicolon));
        if let (true, false, Some(brace)) = (is_word, name.is_empty(), body) {
            let body = &rest[brace..];
            found.push((name, code_lines(&body[..body_length(body)])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_functions_by_their_bodies() {
        let code = "trait T { fn a(); }\nfn b() {\n  if x {\n  }\n\n}\nfn c() {}";
        assert_eq!(functions(code), [("b".to_owned(), 4), ("c".to_owned(), 1)]);
    }

    #[test]
    fn counts_no_comment_of_a_script() {
        assert_eq!(script_lines("/**\n * what\n */\nconst a = 1; // why\n\n// how\n  a * 2;\n"), 2);
    }
}
