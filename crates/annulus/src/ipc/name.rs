//! What rings are called.
use super::error::Error;
use crate::os::shm;

/// The longest name.
const LONGEST: usize = 200;

pub(super) fn check(name: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || LONGEST < name.len() || name.starts_with('.') || !name.chars().all(allowed) {
        return Err(Error::BadName { name: name.to_owned() });
    }
    Ok(())
}

/// Takes the ring's name away. Whoever uses the ring goes on, and its memory is freed when the last one stops; a new
/// ring of that name is another ring.
///
/// # Errors
/// [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::BadName`].
pub fn unlink(name: &str) -> Result<(), Error> {
    check(name)?;
    shm::unlink(name).map_err(|source| Error::from_io(name, "removing", source))
}

/// The names of all rings on this machine, sorted. Not all of them may be open to this user, or sound:
/// [`inspect`](super::inspect) tells.
///
/// # Errors
/// [`Error::Io`] if the system cannot say.
pub fn list() -> Result<Vec<String>, Error> {
    let names = shm::names();
    let mut names = names.map_err(|source| Error::from_io("*", "listing", source))?;
    names.retain(|name| check(name).is_ok());
    names.sort_unstable();
    Ok(names)
}
