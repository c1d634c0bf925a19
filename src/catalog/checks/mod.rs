//! Checks that need the whole catalog. Each has a code, and a severity that the site can change.

mod references;
mod organization;
mod cycles;
mod titles;

use super::Catalog;
use crate::diagnostics::Report;

/// Reports what only the whole catalog shows.
pub(super) fn check(catalog: &Catalog, report: &mut Report) {
    references::check(catalog, report);
    organization::check(catalog, report);
    cycles::check(catalog, report);
    titles::check(catalog, report);
}
