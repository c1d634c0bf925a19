//! placeholder for share.
pub(in crate::sources::remote) struct ObjectShare;
