//! AWS CodeCommit: the pages of the console, `…/repositories/NAME/browse/refs/heads/BRANCH/--/PATH`.

use url::Url;

/// Returns the path of the root of the repository.
pub(super) fn root(base: &Url) -> Option<String> {
    let path = base.path();
    let at = path.find("/--")?;
    path.get(..at + "/--".len()).map(str::to_owned)
}

/// Returns the address of the editor.
pub(super) fn edit(address: &str) -> String {
    address.replacen("/browse/", "/files/edit/", 1)
}
