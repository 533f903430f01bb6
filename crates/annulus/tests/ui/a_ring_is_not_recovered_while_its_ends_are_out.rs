fn main() {
    let mut ring = annulus::mpmc::Ring::<u8, 2>::new();
    let (producer, _consumer) = ring.split();
    let slot = producer.reserve();
    ring.recover();
    drop(slot);
}
