//! The CRC-32 of FINGERPRINT (RFC 8489 §14.7; ITU-T V.42).

/// What the CRC is XORed with, so that it differs from other protocols' CRCs.
const FINGERPRINT_XOR: u32 = 0x5354_554E;

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
};

/// The value of FINGERPRINT over the concatenation of `parts`.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> u32 {
    let crc = parts.iter().copied().flatten().fold(u32::MAX, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        // The table has an entry for each byte.
        TABLE.get(usize::from(low ^ byte)).copied().unwrap_or(0) ^ (crc >> 8)
    });
    !crc ^ FINGERPRINT_XOR
}

#[cfg(test)]
mod tests {
    #[test]
    fn has_the_check_value_of_crc_32() {
        assert_eq!(super::fingerprint(&[b"1234", b"56789"]) ^ super::FINGERPRINT_XOR, 0xCBF4_3926);
    }
}
