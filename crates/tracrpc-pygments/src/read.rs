//! Reading what `scripts/write-lexers` wrote.

/// Bytes that are still to be read. What is missing reads as zero or as nothing.
pub(crate) struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    pub(crate) fn new(data: &'d [u8]) -> Self {
        Reader(data)
    }

    /// Seven bits a byte, the lowest first; the last byte has no eighth.
    pub(crate) fn number(&mut self) -> usize {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let Some((byte, rest)) = self.0.split_first() else {
                return value;
            };
            self.0 = rest;
            if shift < usize::BITS {
                value |= usize::from(byte & 0x7f) << shift;
            }
            if *byte < 0x80 {
                return value;
            }
        }
        value
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.number() != 0
    }

    /// A number and so many bytes.
    pub(crate) fn bytes(&mut self) -> &'d [u8] {
        let length = self.number().min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    pub(crate) fn text(&mut self) -> &'d str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// A number and so many items.
    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.number();
        let mut items = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            items.push(read(self));
        }
        items
    }
}
