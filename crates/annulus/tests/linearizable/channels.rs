//! Channels, by the operations that never wait: what calls who waits must change nothing for whoever does not.
use crate::history::Why;
use crate::lent::{Lent, Many, Sole};
use crate::program::{Ends, Side};
use crate::queue::{Queue, not_popped, not_pushed, not_reserved};
use std::ops::Deref;

/// A slot, which takes a value or is abandoned.
type Slot<'a> = Box<dyn FnOnce(Option<u32>) + 'a>;

/// A claimed item, handed back when it is dropped.
type Claim<'a> = Box<dyn Deref<Target = u32> + 'a>;

/// A channel with the methods that all of them have, and so many slots in a guard: one, or none.
macro_rules! channel {
    ($name:ident: $module:ident, $ends:expr, $sender:ident, $receiver:ident, $at_once:expr) => {
        pub(crate) struct $name {
            sender: $sender<annulus::$module::Sender<u32>>,
            receiver: $receiver<annulus::$module::Receiver<u32>>,
        }

        impl Queue for $name {
            type Slots<'a> = (Slot<'a>, Lent<'a>);
            type Items<'a> = (Claim<'a>, Lent<'a>);

            const ENDS: Ends = $ends;
            const AT_ONCE: usize = $at_once;

            fn ring(capacity: usize, _: usize) -> Self {
                let (sender, receiver) = annulus::$module::channel(capacity);
                Self { sender: $sender::new(sender), receiver: $receiver::new(receiver) }
            }

            fn push(&self, _: usize, value: u32) -> Result<(), Why> {
                let (sender, _lent) = self.sender.lend();
                sender.try_send(value).map_err(not_pushed)
            }

            fn force_push(&self, _: usize, value: u32) -> Result<Option<u32>, Why> {
                let (sender, _lent) = self.sender.lend();
                sender.force_send(value).map_err(not_pushed)
            }

            fn pop(&self, _: usize) -> Result<u32, Why> {
                let (receiver, _lent) = self.receiver.lend();
                receiver.try_recv().map_err(not_popped)
            }

            fn reserve(&self, _: usize, _: usize) -> Result<(Self::Slots<'_>, usize), Why> {
                let (sender, lent) = self.sender.lend();
                let slot = sender.try_reserve_slot().map_err(not_reserved)?;
                let fill = move |value| match value {
                    Some(value) => slot.write(value).expect("a slot that is held can be filled"),
                    None => slot.abandon(),
                };
                Ok(((Box::new(fill), lent), 1))
            }

            fn commit((slot, _lent): Self::Slots<'_>, values: &[u32]) {
                slot(values.first().copied());
            }

            fn claim(&self, _: usize, _: usize) -> Result<Self::Items<'_>, Why> {
                let (receiver, lent) = self.receiver.lend();
                Ok((Box::new(receiver.try_claim().map_err(not_popped)?), lent))
            }

            fn values((claim, _): &Self::Items<'_>) -> Vec<u32> {
                vec![***claim]
            }

            fn release((claim, _lent): Self::Items<'_>, _: usize) {
                drop(claim);
            }

            fn close(&self, _: usize, by: Side) {
                match by {
                    Side::Producer => self.sender.lend().0.close(),
                    Side::Consumer => self.receiver.lend().0.close(),
                }
            }
        }
    };
}

channel!(MpmcChannel: mpmc, Ends::Shared, Many, Many, 1);
channel!(PoolChannel: pool, Ends::Shared, Many, Many, 1);
// Its guard refuses what is written after a receiver has closed, which the specification has no word for.
channel!(SpmcChannel: spmc, Ends::One(Side::Producer), Sole, Many, 0);
channel!(MpscChannel: mpsc, Ends::One(Side::Consumer), Many, Sole, 1);
