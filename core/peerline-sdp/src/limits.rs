//! How large a description may be: bounds for text that a stranger wrote.

/// Bounds that [`crate::Session::parse_with`] holds; going over one is a [`crate::ParseError`] that names the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub max_bytes: usize,
    /// Bytes of one line, without its ending.
    pub max_line_bytes: usize,
    /// Lines of the whole text.
    pub max_lines: usize,
    /// `m=` lines.
    pub max_media: usize,
    /// `a=` lines in one section.
    pub max_attributes: usize,
    /// `a=candidate` lines in one section.
    pub max_candidates: usize,
}

impl Default for Limits {
    /// 1 MiB, 64 KiB a line, 65,536 lines, 1,024 media sections with 8,192 attributes and 256 candidates each.
    fn default() -> Self {
        Self {
            max_bytes: 1 << 20,
            max_line_bytes: 1 << 16,
            max_lines: 1 << 16,
            max_media: 1024,
            max_attributes: 8192,
            max_candidates: 256,
        }
    }
}
