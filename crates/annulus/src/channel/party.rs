//! What an end does where there is no room between the two sides: it waits where the other side comes by. Ends of rings do nothing of it.
use crate::wait::{Pick, Sleeper};
use std::sync::Arc;

/// An end that can leave an item on offer while it waits.
pub trait Offers<T> {
    /// Whether it does.
    fn meets(&self) -> bool {
        false
    }

    /// Whether there is something on offer.
    fn on_offer(&self) -> bool {
        false
    }

    /// Puts the item on offer, or, if one is there already, changes who is to be woken. The sleeper comes back if this end does not do that.
    fn offer(
        &mut self,
        value: &mut Option<T>,
        sleeper: Sleeper,
        pick: Option<&Arc<Pick>>,
    ) -> Option<Sleeper> {
        let _ = (value, pick);
        Some(sleeper)
    }

    /// What has become of the offer: `Err` if it has closed.
    fn offered(&mut self) -> Option<Result<(), T>> {
        panic!("a future is polled after it has ended");
    }

    /// Takes the offer back, if there is one: `Ok` if it was too late.
    fn withdraw(&mut self) -> Option<Result<(), T>> {
        None
    }
}

/// An end that can be handed an item while it waits.
pub trait Expects<T> {
    /// Whether it can.
    fn meets(&self) -> bool {
        false
    }

    /// Waits for an item to be handed over. The sleeper comes back if this end does not do that.
    fn expect(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        let _ = pick;
        Some(sleeper)
    }

    /// Waits no longer, with what was handed over by then.
    fn fetch(&mut self) -> Option<T> {
        None
    }

    /// Waits no longer; what was handed over goes to the next one.
    fn pass_on(&mut self) {}
}
