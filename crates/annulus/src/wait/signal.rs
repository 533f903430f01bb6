//! Waiting where there are no threads of `std`: on whatever the system at hand can sleep on.
use annulus_protocol::event::Event;

/// What those who wait on one [`Signal`] sleep on: a counting semaphore of the system at hand, which begins with nothing in it.
///
/// Each `unpark` lets one `park` return: one that is going on, or the next one. A `park` may return for no reason as well; so one with a limit
/// is allowed, and the attempt then tells that the time is over.
///
/// The semaphore may forget what is more than the number of those who may wait at once. So where that is one (`spsc`, `bytes`), a binary semaphore or a
/// notification of the one task is enough. What was done before an `unpark` is seen after the `park` that it lets return, as with any semaphore.
///
/// | system | `park` | `unpark` (in an interrupt) |
/// |---|---|---|
/// | FreeRTOS | `xSemaphoreTake` | `xSemaphoreGive` (`xSemaphoreGiveFromISR`) |
/// | FreeRTOS, one waiter | `ulTaskNotifyTake` | `vTaskNotifyGive(task)` (`vTaskNotifyGiveFromISR`) |
/// | Zephyr | `k_sem_take` | `k_sem_give` (the same) |
/// | ThreadX | `tx_semaphore_get` | `tx_semaphore_put` (the same) |
///
/// `examples/rtos_hook.rs` has one that is made of a mutex and a condition variable.
pub trait Parker {
    /// Sleeps until it may go on.
    fn park(&self);

    /// Lets one who parks go on, or the next one who does. Called by whoever [notifies](Signal::notify), in an interrupt if that is one.
    fn unpark(&self);
}

impl<P: Parker + ?Sized> Parker for &P {
    fn park(&self) {
        (**self).park();
    }

    fn unpark(&self) {
        (**self).unpark();
    }
}

/// Where those wait who wait for one thing, such as items in a ring, or room: beside a ring, which knows nothing of it. It takes no allocator, and
/// costs who publishes a fence and a load while nobody waits.
///
/// All who wait on one signal must wait for the same: what one of them finds too little, such as room for a long grant, is not offered to the
/// others.
///
/// ```
/// # struct Semaphore(std::sync::Mutex<u32>, std::sync::Condvar);
/// # impl Semaphore {
/// #     const fn new() -> Self { Self(std::sync::Mutex::new(0), std::sync::Condvar::new()) }
/// # }
/// # impl annulus::wait::Parker for Semaphore {
/// #     fn park(&self) { *self.1.wait_while(self.0.lock().unwrap(), |n| *n == 0).unwrap() -= 1; }
/// #     fn unpark(&self) { *self.0.lock().unwrap() += 1; self.1.notify_one(); }
/// # }
/// use annulus::spsc::Ring;
/// use annulus::wait::Signal;
/// use annulus::{PopError, PushError};
///
/// static RING: Ring<u32, 2> = Ring::new();
/// static ITEMS: Signal<Semaphore> = Signal::new(Semaphore::new()); // which is a `Parker`
/// static ROOM: Signal<Semaphore> = Signal::new(Semaphore::new());
///
/// let (mut producer, mut consumer) = RING.try_split().unwrap();
/// let there = std::thread::spawn(move || {
///     for n in 0..100 {
///         ROOM.wait(|| match producer.push(n) {
///             Err(PushError::Full(_)) => None,
///             pushed => Some(pushed),
///         })
///         .unwrap();
///         ITEMS.notify();
///     }
/// });
/// for n in 0..100 {
///     let item = ITEMS.wait(|| match consumer.pop() {
///         Err(PopError::Empty) => None,
///         popped => Some(popped),
///     });
///     assert_eq!(item, Ok(n));
///     ROOM.notify();
/// }
/// there.join().unwrap();
/// ```
#[derive(Debug, Default)]
pub struct Signal<P> {
    event: Event,
    parker: P,
}

/// One who waits. Whoever goes lets the next one look, as it may have been let go on for something that it did not take.
struct Waits<'s, P: Parker>(&'s Signal<P>);

impl<P> Signal<P> {
    /// Nobody waits.
    #[cfg(not(loom))]
    pub const fn new(parker: P) -> Self {
        Self { event: Event::new(), parker }
    }

    /// The same over the atomics of a model, which are not made in a constant.
    #[cfg(loom)]
    pub fn new(parker: P) -> Self {
        Self { event: Event::new(), parker }
    }

    /// What those who wait sleep on.
    pub fn parker(&self) -> &P {
        &self.parker
    }
}

impl<P: Parker> Signal<P> {
    /// After something was published, one thing or many, or a ring was closed: lets one who waits look, and each of those who find something lets
    /// the next one look.
    ///
    /// # Progress
    /// Wait-free but for [`Parker::unpark`], where the processor adds to a word in one instruction; lock-free where it does not.
    #[inline]
    pub fn notify(&self) {
        if self.event.publish() {
            self.parker.unpark();
        }
    }

    /// Attempts until there is an answer, and sleeps in between. The attempt must not wait, and must have an answer when what it waits
    /// for is not coming any more: where a ring is closed, for instance.
    ///
    /// Whoever it took something from, or gave something to, may wait as well, on another signal: that one is to be notified after this returns.
    pub fn wait<R>(&self, mut attempt: impl FnMut() -> Option<R>) -> R {
        if let Some(answer) = attempt() {
            return answer;
        }
        let _waits = self.announce();
        loop {
            // After the announcement: whoever publishes later than this look can see, unparks.
            if let Some(answer) = attempt() {
                return answer;
            }
            self.parker.park();
        }
    }

    fn announce(&self) -> Waits<'_, P> {
        let _ = self.event.prepare(); // what is slept on is the parker, not the epoch
        Waits(self)
    }
}

impl<P: Parker> Drop for Waits<'_, P> {
    fn drop(&mut self) {
        self.0.event.leave();
        self.0.notify();
    }
}
