//! Bearer tokens from outside.
