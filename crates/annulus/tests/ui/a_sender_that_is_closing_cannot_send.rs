fn main() {
    let (sender, _receiver) = annulus::mpmc::channel::<u8>(2);
    let closing = sender.closing();
    closing.try_send(1).unwrap();
}
