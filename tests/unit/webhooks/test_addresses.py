"""Which addresses webhooks may call."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from sigillo.webhooks.addresses import AddressPolicy, embedded, literal

POLICY = AddressPolicy()
NAMED = AddressPolicy.of([ip_network("10.1.0.0/16"), ip_network("fd12::/16")])

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]
LOOPBACK = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::127.0.0.1",
]
PRIVATE = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "240.0.0.1",
    "0.1.2.3",
    "fc00::1",
    "fdff::1",
    "fec0::1",
    "2001:db8::1",
    "2001::1",
    "64:ff9b:1::1",
    "::ffff:10.0.0.1",
    "::ffff:100.64.0.1",
    "64:ff9b::a00:1",
    "2002:c0a8:101::1",
    "4000::1",
]
NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "0.0.0.0",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "239.255.255.250",
    "ff02::1",
    "ff0e::1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    """A public address is called by everybody, also where it is written as an IPv6 one that stands for it."""
    assert POLICY.refusal(address, live=True) is None
    assert POLICY.refusal(address, live=False) is None


@pytest.mark.parametrize("address", LOOPBACK)
def test_only_a_test_workspace_calls_this_machine(address: str) -> None:
    """Loopback in any spelling: allowed in the sandbox, refused in a live workspace in words that name it."""
    assert POLICY.refusal(address, live=False) is None
    assert "live workspace" in (POLICY.refusal(address, live=True) or "")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_are_refused(address: str) -> None:
    """What is not public is refused everywhere; a test workspace is told which setting allows it."""
    assert "live workspace" in (POLICY.refusal(address, live=True) or "")
    assert "SIGILLO_WEBHOOK_NETWORKS" in (POLICY.refusal(address, live=False) or "")


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address: str) -> None:
    """Link-local, metadata of clouds, multicast, broadcast and unspecified: not even where a setting names them."""
    everything = AddressPolicy.of([ip_network("0.0.0.0/0"), ip_network("::/0")])
    for live in (True, False):
        assert "never called" in (everything.refusal(address, live=live) or "")


def test_named_networks_are_called_in_the_sandbox_only() -> None:
    """The setting opens what it names, to test workspaces, and nothing else."""
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd12::7"):
        assert NAMED.refusal(address, live=False) is None
        assert NAMED.refusal(address, live=True)
    assert NAMED.refusal("10.2.0.1", live=False)
    assert NAMED.refusal("192.168.1.1", live=False)


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "１２７.０.０.１",
        "127。0。0。1",
    ],
)
def test_numbers_are_the_addresses_they_mean(host: str) -> None:
    """Decimal, octal, hexadecimal, short, wide and dotted with other dots: all of them are 127.0.0.1."""
    assert str(literal(host)) == "127.0.0.1"
    assert POLICY.url_refusal(f"http://{host}/", live=True)


@pytest.mark.parametrize("host", ["example.com", "1.example", "a.b.c.d", "0xg", "localhost", "256.256.256.256", "-1"])
def test_names_are_not_addresses(host: str) -> None:
    """What a resolver would ask a name server for is no address."""
    assert literal(host) is None


def test_an_address_that_stands_for_itself() -> None:
    """A plain IPv6 address embeds none; ::1 is loopback and no IPv4-compatible address."""
    assert embedded(literal("2606:4700:4700::1111")) is None  # type: ignore[arg-type]  # the test's own literal
    assert embedded(literal("::1")) is None  # type: ignore[arg-type]  # the test's own literal


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("ftp://example.com/", "web address"),
        ("file:///etc/passwd", "web address"),
        ("javascript:alert(1)", "web address"),
        ("https://", "web address"),
        ("https:///path", "web address"),
        ("https://example.com/\r\nHost: x", "web address"),
        ("https://example.com/a b", "web address"),
        ("\thttps://example.com/", "web address"),
        ("http://[::1", "web address"),
        ("http://example.com:99999/", "web address"),
        ("http://example.com:0/", "web address"),
        ("https://user@example.com/", "password"),
        ("https://:secret@example.com/", "password"),
        ("https://@example.com/", "password"),
        ("http://169.254.169.254/latest/meta-data", "never called"),
        ("http://[fe80::1%25eth0]/", "never called"),
        ("http://[::]/", "never called"),
        ("http://0/", "never called"),
        ("http://192.168.0.7/", "private network"),
    ],
)
def test_a_url_is_refused_before_anything_is_asked(url: str, word: str) -> None:
    """Schemes, credentials and addresses are judged from the URL alone, in any workspace."""
    assert word in (POLICY.url_refusal(url, live=False) or "")
    assert POLICY.url_refusal(url, live=True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "api.localhost", "ｌocalhost"])
def test_names_of_this_machine_are_refused_when_live(host: str) -> None:
    """Names that mean loopback by their own standing are refused in a live workspace without being resolved."""
    assert POLICY.url_refusal(f"https://{host}:8443/", live=True)
    assert POLICY.url_refusal(f"https://{host}:8443/", live=False) is None


@pytest.mark.parametrize("url", ["https://example.com/", "http://example.com:8080/a?b=c", "https://[2606:4700::1]/"])
def test_good_urls_pass(url: str) -> None:
    """A name or a public address is called by everybody."""
    assert POLICY.url_refusal(url, live=True) is None
    assert POLICY.url_refusal(url, live=False) is None
