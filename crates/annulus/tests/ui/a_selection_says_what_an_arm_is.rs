fn main() {
    let (_sender, receiver) = annulus::mpmc::channel::<u8>(2);
    annulus::select! {
        receive(receiver) -> item => drop(item),
    }
}
