fn main() {
    let (_sender, mut receiver) = annulus::spsc::channel::<u8>(2);
    let first = receiver.recv_async();
    let second = receiver.recv_async();
    drop((first, second));
}
