fn main() {
    let (_sender, receiver) = annulus::mpsc::channel::<u8>(2);
    let _second = receiver.clone();
}
