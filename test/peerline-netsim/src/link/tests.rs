//! The plain link, behaviour by behaviour.

use super::*;
