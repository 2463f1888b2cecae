//! Fuzz input cut into steps, for targets that do several things in a row.

/// The steps of an input: each is a kind (one byte), a length (one byte) and that many bytes, or what is left of them.
pub(crate) struct Steps<'a>(&'a [u8]);

impl<'a> Steps<'a> {
    pub(crate) fn of(data: &'a [u8]) -> Self {
        Self(data)
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let ([kind, length], rest) = self.0.split_first_chunk::<2>()?;
        let (body, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        self.0 = rest;
        Some((*kind, body))
    }
}
