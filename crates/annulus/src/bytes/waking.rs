//! Ends that may wait, as tasks: an end that does not, and where it leaves its waker.
use super::{Grant, GrantError, Heap, Keep, ReadError, ReadGrant, Reader, Writer};
use crate::slots::wakers::{Ringer, Side, Wakers};
use core::fmt;
use core::future::Future;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

/// The end that writes, and may wait for room: a [`Writer`] whose reader is an [`AsyncReader`]. Made by [`waking`] or [`Wakers::attach`].
///
/// What the writer tells is told by this one too, through `Deref`. It has operations that wait, as futures for any runtime, and some that do
/// not, for an interrupt or a thread; each of them wakes a reader that waits for what it published, with one fence and two loads
/// where no reader waits.
///
/// When it is dropped or [closed](Self::close), the reader is woken, gets what is left, then the end.
pub struct AsyncWriter<'a, K: Keep = Heap<u8>> {
    end: Writer<K>,
    side: Side<'a>,
}

/// The end that reads, and may wait for bytes: a [`Reader`] whose writer is an [`AsyncWriter`]. Otherwise as that.
///
/// When it is dropped or [closed](Self::close), the writer is woken, and finds [`GrantError::Closed`] at the latest when the ring would
/// otherwise be full.
pub struct AsyncReader<'a, K: Keep = Heap<u8>> {
    end: Reader<K>,
    side: Side<'a>,
}

/// A grant of an end that may wait: it wakes the other end when it is committed, or released. Otherwise as the [`Grant`] or [`ReadGrant`] in it.
#[must_use = "nothing happens until it is committed, or released"]
pub struct AsyncGrant<'e, G> {
    grant: G,
    ringer: Ringer<'e>,
}

impl Wakers {
    /// The two ends of a ring, as ends that may wait. For as long as they are borrowed these wakers are for that ring, and for no other.
    ///
    /// Loads and stores are all they need.
    ///
    /// ```
    /// use annulus::bytes::{Buffer, Wakers};
    ///
    /// let (mut buffer, mut wakers) = (Buffer::<64>::new(), Wakers::new());
    /// let (mut writer, mut reader) = wakers.attach(buffer.split());
    /// # futures_executor::block_on(async {
    /// writer.write_some(b"tick").await?;
    /// let grant = reader.read_grant().await.unwrap();
    /// assert_eq!(*grant, *b"tick");
    /// grant.release(4);
    /// # Ok::<(), annulus::GrantError>(()) }).unwrap();
    /// ```
    ///
    /// # Panics
    /// If they are the ends of two rings.
    #[track_caller]
    pub fn attach<K: Keep>(
        &mut self,
        ends: (Writer<K>, Reader<K>),
    ) -> (AsyncWriter<'_, K>, AsyncReader<'_, K>) {
        attached(ends, self.lend())
    }

    /// The same of wakers that are shared, in a `static` for instance. When both ends have been dropped, the wakers can be had again; an end
    /// that was forgotten keeps them.
    ///
    /// ```
    /// use annulus::bytes::{Buffer, Wakers};
    ///
    /// static BUFFER: Buffer<64> = Buffer::new();
    /// static WAKERS: Wakers = Wakers::new();
    ///
    /// let ends = BUFFER.try_split().expect("nobody else has the ends");
    /// let (writer, reader) = WAKERS.try_attach(ends).expect("nobody else has the wakers");
    /// ```
    ///
    /// # Errors
    /// The ends as they were, if other ends have the wakers.
    ///
    /// # Panics
    /// If they are the ends of two rings.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[allow(clippy::type_complexity, clippy::result_large_err, reason = "both ends, as they were")]
    #[track_caller]
    pub fn try_attach<K: Keep>(
        &self,
        ends: (Writer<K>, Reader<K>),
    ) -> Result<(AsyncWriter<'_, K>, AsyncReader<'_, K>), (Writer<K>, Reader<K>)> {
        match self.share() {
            Some(sides) => Ok(attached(ends, sides)),
            None => Err(ends),
        }
    }
}

/// The two ends of a ring, as ends that may wait, with their [`Wakers`] on the heap.
///
/// ```
/// let (mut writer, mut reader) = annulus::bytes::waking(annulus::bytes::stream(4));
/// let there = std::thread::spawn(move || {
///     futures_executor::block_on(async {
///         let mut sent = 0;
///         while sent < 10 {
///             sent += writer.write_some(&b"0123456789"[sent..]).await.unwrap();
///         }
///     });
/// });
/// futures_executor::block_on(async {
///     let (mut all, mut some) = (Vec::<u8>::new(), [0; 3]);
///     while let Ok(n @ 1..) = reader.read_some(&mut some).await {
///         all.extend(&some[..n]);
///     }
///     assert_eq!(all, b"0123456789");
/// });
/// there.join().unwrap();
/// ```
///
/// # Panics
/// If they are the ends of two rings.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
#[track_caller]
pub fn waking<K: Keep>(ends: (Writer<K>, Reader<K>)) -> (AsyncWriter<'static, K>, AsyncReader<'static, K>) {
    attached(ends, Wakers::on_the_heap())
}

#[track_caller]
fn attached<'a, K: Keep>(
    (writer, reader): (Writer<K>, Reader<K>),
    (its, other): (Side<'a>, Side<'a>),
) -> (AsyncWriter<'a, K>, AsyncReader<'a, K>) {
    let one = core::ptr::eq(writer.stream().cursors(), reader.stream().cursors());
    assert!(one, "a writer of one ring and a reader of another: they would never wake each other");
    (AsyncWriter { end: writer, side: its }, AsyncReader { end: reader, side: other })
}

impl<K: Keep> AsyncWriter<'_, K> {
    /// Writes as many of `bytes` as there is room for, at least one unless there are none, and tells how many. Waits while there is no
    /// room at all.
    ///
    /// # Errors
    /// [`GrantError::Closed`] if there is no room and an end has closed.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has written nothing.
    ///
    /// # Progress
    /// A poll is wait-free but for the runtime's wakers: it never waits and never spins.
    pub async fn write_some(&mut self, bytes: &[u8]) -> Result<usize, GrantError> {
        let Self { end, side } = self;
        let written = until(side, || unless_full(end.write_some(bytes))).await;
        side.ringer().ring();
        written
    }

    /// Room for exactly `n` bytes, next to each other, as soon as there is. It comes as soon as the reader has read everything, or
    /// before.
    ///
    /// # Errors
    /// [`GrantError::TooLarge`] at once if `n` is more than the capacity; [`GrantError::Closed`] if there is no such room and an end has closed.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has done nothing; nor has a grant that is dropped.
    ///
    /// # Progress
    /// As [`write_some`](Self::write_some).
    pub async fn grant_exact(&mut self, n: usize) -> Result<AsyncGrant<'_, Grant<'_>>, GrantError> {
        let Self { end, side } = self;
        until(side, || unless_full(end.grant_exact(n).map(drop))).await?;
        Ok(AsyncGrant { grant: end.grant_exact(n)?, ringer: side.ringer() }) // it does not become less
    }

    /// Room for as many of `n` bytes as there can be next to each other, as soon as there is room for one; none if `n` is zero.
    ///
    /// # Errors
    /// [`GrantError::Closed`] if there is no room and an end has closed.
    ///
    /// # Cancel safety
    /// As [`grant_exact`](Self::grant_exact).
    ///
    /// # Progress
    /// As [`write_some`](Self::write_some).
    pub async fn grant_up_to(&mut self, n: usize) -> Result<AsyncGrant<'_, Grant<'_>>, GrantError> {
        let Self { end, side } = self;
        until(side, || unless_full(end.grant_up_to(n).map(drop))).await?;
        Ok(AsyncGrant { grant: end.grant_up_to(n)?, ringer: side.ringer() }) // it does not become less
    }

    /// [`Writer::push_slice`], which does not wait.
    ///
    /// # Progress
    /// Wait-free but for the reader's waker.
    pub fn push_slice(&mut self, bytes: &[u8]) -> usize {
        let n = self.end.push_slice(bytes);
        self.side.ringer().ring();
        n
    }

    /// [`Writer::grant_exact`], which does not wait.
    ///
    /// # Errors
    /// As that.
    ///
    /// # Progress
    /// Wait-free.
    pub fn try_grant_exact(&mut self, n: usize) -> Result<AsyncGrant<'_, Grant<'_>>, GrantError> {
        Ok(AsyncGrant { grant: self.end.grant_exact(n)?, ringer: self.side.ringer() })
    }

    /// Writes no more. What was committed still comes out, and a reader that waits is woken. Dropping the writer does the same.
    pub fn close(&mut self) {
        self.end.close();
        self.side.ringer().ring();
    }
}

impl<K: Keep> AsyncReader<'_, K> {
    /// Copies up to `into.len()` bytes out, oldest first, at least one unless `into` is empty, and tells how many: none at the end, when the ring
    /// is empty and an end has closed. Waits while there is nothing.
    ///
    /// # Errors
    /// None that there is as yet.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has taken nothing.
    ///
    /// # Progress
    /// A poll is wait-free but for the runtime's wakers: it never waits and never spins.
    pub async fn read_some(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        let Self { end, side } = self;
        let read = until(side, || unless_empty(end.read_some(into))).await;
        side.ringer().ring();
        read
    }

    /// All bytes that lie next to each other, from the oldest on, as soon as there are any.
    ///
    /// # Errors
    /// [`ReadError::Closed`] if the ring is empty and an end has closed.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has done nothing; nor has a grant that is dropped.
    ///
    /// # Progress
    /// As [`read_some`](Self::read_some).
    pub async fn read_grant(&mut self) -> Result<AsyncGrant<'_, ReadGrant<'_>>, ReadError> {
        let Self { end, side } = self;
        until(side, || unless_empty(end.read().map(drop))).await?;
        Ok(AsyncGrant { grant: end.in_sight(), ringer: side.ringer() })
    }

    /// [`Reader::pop_slice`], which does not wait.
    ///
    /// # Progress
    /// Wait-free but for the writer's waker.
    pub fn pop_slice(&mut self, into: &mut [u8]) -> usize {
        let n = self.end.pop_slice(into);
        self.side.ringer().ring();
        n
    }

    /// [`Reader::read`], which does not wait.
    ///
    /// # Errors
    /// As that.
    ///
    /// # Progress
    /// Wait-free.
    pub fn try_read_grant(&mut self) -> Result<AsyncGrant<'_, ReadGrant<'_>>, ReadError> {
        Ok(AsyncGrant { grant: self.end.read()?, ringer: self.side.ringer() })
    }

    /// Wants no more bytes. Those in the ring still come out, and a writer that waits is woken. Dropping the reader does the same.
    pub fn close(&mut self) {
        self.end.close();
        self.side.ringer().ring();
    }

    /// What the traits of others show, where it lies; nothing at the end.
    #[cfg(feature = "embedded-io-async")]
    pub(super) async fn show_some(&mut self) -> Result<&[u8], ReadError> {
        let Self { end, side } = self;
        until(side, || unless_empty(end.show_some().map(drop))).await?;
        end.show_some()
    }

    /// The first `n` bytes of what was shown are read.
    #[cfg(feature = "embedded-io-async")]
    #[track_caller]
    pub(super) fn done_with(&mut self, n: usize) {
        self.end.in_sight().release(n);
        self.side.ringer().ring();
    }
}

impl AsyncGrant<'_, Grant<'_>> {
    /// Publishes the first `n` bytes, and wakes a reader that waits; otherwise as [`Grant::commit`].
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is published then.
    ///
    /// # Progress
    /// Wait-free but for the reader's waker.
    #[track_caller]
    pub fn commit(self, n: usize) {
        self.grant.commit(n);
        self.ringer.ring();
    }
}

impl AsyncGrant<'_, ReadGrant<'_>> {
    /// Hands the first `n` bytes back, and wakes a writer that waits; otherwise as [`ReadGrant::release`].
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is released then.
    ///
    /// # Progress
    /// Wait-free but for the writer's waker.
    #[track_caller]
    pub fn release(self, n: usize) {
        self.grant.release(n);
        self.ringer.ring();
    }
}

fn unless_full<T>(tried: Result<T, GrantError>) -> Option<Result<T, GrantError>> {
    (!matches!(tried, Err(GrantError::Full))).then_some(tried)
}

fn unless_empty<T>(tried: Result<T, ReadError>) -> Option<Result<T, ReadError>> {
    (!matches!(tried, Err(ReadError::Empty))).then_some(tried)
}

/// Looks until there is an answer, and sleeps in between.
///
/// What is waited for comes out of a look in the poll that is ready, so that a future that is dropped has done nothing but hang up its waker,
/// which it takes down again.
struct Until<'s, 'a, F> {
    side: &'s mut Side<'a>,
    look: F,
    waits: bool,
}

fn until<'s, 'a, F>(side: &'s mut Side<'a>, look: F) -> Until<'s, 'a, F> {
    Until { side, look, waits: false }
}

/// What is in it is never pinned.
impl<F> Unpin for Until<'_, '_, F> {}

impl<R, F: FnMut() -> Option<R>> Future for Until<'_, '_, F> {
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<R> {
        let this = self.get_mut();
        if let Some(answer) = (this.look)() {
            return Poll::Ready(answer);
        }
        this.waits = true;
        this.side.wait(task.waker());
        match (this.look)() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for Until<'_, '_, F> {
    fn drop(&mut self) {
        if self.waits {
            self.side.give_up();
        }
    }
}

impl<K: Keep> Drop for AsyncWriter<'_, K> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<K: Keep> Drop for AsyncReader<'_, K> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<K: Keep> Deref for AsyncWriter<'_, K> {
    type Target = Writer<K>;
    fn deref(&self) -> &Writer<K> {
        &self.end
    }
}

impl<K: Keep> Deref for AsyncReader<'_, K> {
    type Target = Reader<K>;
    fn deref(&self) -> &Reader<K> {
        &self.end
    }
}

impl<G: Deref> Deref for AsyncGrant<'_, G> {
    type Target = G::Target;
    fn deref(&self) -> &G::Target {
        &self.grant
    }
}

impl<G: DerefMut> DerefMut for AsyncGrant<'_, G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.grant
    }
}

impl<K: Keep> fmt::Debug for AsyncWriter<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncWriter").field(&self.end).finish()
    }
}

impl<K: Keep> fmt::Debug for AsyncReader<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncReader").field(&self.end).finish()
    }
}

impl<G: fmt::Debug> fmt::Debug for AsyncGrant<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncGrant").field(&self.grant).finish()
    }
}
