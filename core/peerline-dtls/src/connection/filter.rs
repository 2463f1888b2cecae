//! Drops what no engine should see: records that are malformed, and plaintext alerts and application data, which nobody authenticates.

use super::Drops;
use crate::record::{LONG_HEADER_LEN, split_record};
use crate::{Alert, AlertDescription, AlertLevel, ContentType, Record};

/// What is left of a datagram.
pub(super) struct Filtered {
    /// The datagram's new length.
    pub(super) len: usize,
    /// A plaintext alert that was in it.
    pub(super) alert: Option<Alert>,
}

/// Removes unwanted records from a datagram, in place.
pub(super) fn filter(datagram: &mut [u8], drops: &mut Drops) -> Filtered {
    let (mut from, mut to, mut alert) = (0, 0, None);
    while let Some(rest) = datagram.get(from..).filter(|rest| !rest.is_empty()) {
        let Some((record, after)) = split_record(rest) else {
            // RFC 6347 §4.1.2.7: invalid records are silently discarded; without a valid length the rest is lost.
            drops.malformed += 1;
            break;
        };
        let len = rest.len() - after.len();
        let keep = match record {
            Record::Long { content_type: ContentType::ALERT, epoch: 0, fragment, .. } => {
                drops.plaintext_alerts += 1;
                alert = alert.or_else(|| parse_alert(fragment));
                false
            }
            Record::Long { content_type: ContentType::APPLICATION_DATA, epoch: 0, .. } => {
                drops.plaintext_application_data += 1;
                false
            }
            Record::Long { .. } | Record::Unified { .. } => true,
        };
        if keep {
            if from != to {
                datagram.copy_within(from..from + len, to);
            }
            to += len;
        }
        from += len;
    }
    debug_assert!(to <= datagram.len() && LONG_HEADER_LEN == 13);
    Filtered { len: to, alert }
}

/// A fatal alert, or the `close_notify` of someone who gave the handshake up; other warnings mean nothing.
fn parse_alert(fragment: &[u8]) -> Option<Alert> {
    match fragment {
        [2, description] => Some(Alert::fatal(AlertDescription(*description))),
        [1, 0] => Some(Alert { level: AlertLevel::Warning, description: AlertDescription::CLOSE_NOTIFY }),
        _ => None,
    }
}
