from lichtbild.io import machine


def test_a_process_has_cores_and_memory() -> None:
    assert machine.cores() >= 1
    free = machine.free_memory()
    assert free is None or free > 1 << 20
