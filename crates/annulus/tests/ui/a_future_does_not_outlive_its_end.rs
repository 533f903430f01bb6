fn main() {
    let (_sender, receiver) = annulus::mpmc::channel::<u8>(2);
    let receiving = receiver.recv_async();
    drop(receiver);
    drop(receiving);
}
