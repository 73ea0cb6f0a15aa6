"""The lock that is handed over in turn."""

from __future__ import annotations

import threading
import time

from sigillo.storage.turns import FairLock


def _waiting(lock: FairLock, number: int) -> bool:
    return len(lock._waiting) >= number


def _until(told: object) -> None:
    end_s = time.monotonic() + 10
    while not told():  # type: ignore[operator]  # each test gives a function
        assert time.monotonic() < end_s
        time.sleep(0.001)


def test_waiters_get_it_in_the_order_in_which_they_came() -> None:
    """Whoever releases the lock and wants it again comes after those who waited."""
    lock, order = FairLock(), list[int]()

    def work(number: int) -> None:
        with lock:
            order.append(number)

    lock.acquire()
    threads = []
    for number in range(3):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        _until(lambda number=number: _waiting(lock, number + 1))
    lock.release()
    with lock:
        order.append(3)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3]


def test_who_must_not_wait_is_told_at_once() -> None:
    """Without blocking the lock is had when it is free, and not while somebody has it."""
    lock = FairLock()
    assert lock.acquire(blocking=False)
    assert not lock.acquire(blocking=False)
    lock.release()
    assert lock.acquire(blocking=False)


def test_many_threads_never_hold_it_at_once() -> None:
    """However many threads take it, one at a time is inside, and each comes in every time."""
    lock, inside, most, count = FairLock(), list[int](), list[int](), list[int]()

    def work() -> None:
        for _ in range(200):
            with lock:
                inside.append(1)
                most.append(len(inside))
                count.append(1)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (max(most), len(count)) == (1, 1600)


def test_one_who_is_gone_is_not_waited_for() -> None:
    """A waiter that was interrupted leaves the line; where the lock had been handed to it, it is handed on."""
    lock = FairLock()
    lock.acquire()
    turn = threading.Lock()
    lock._waiting.append(turn)
    lock._give_up(turn)
    lock.release()
    assert lock.acquire(blocking=False)
    lock._give_up(turn)
    assert lock.acquire(blocking=False)
