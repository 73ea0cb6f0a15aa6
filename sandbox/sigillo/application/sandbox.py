"""The sandbox: everything it can do, under one name, for whoever translates (API, pages, commands)."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.application.alert_rules import AlertRules
from sigillo.application.bell import Bell
from sigillo.application.consent_items import find_consent
from sigillo.application.consents import Consents
from sigillo.application.endpoints import Endpoints
from sigillo.application.faults import Faults
from sigillo.application.faulty_courier import FaultyCourier
from sigillo.application.files import Files
from sigillo.application.formal_checks import LetterInspection
from sigillo.application.forwarding import ForwardingScribe
from sigillo.application.keys import Keys
from sigillo.application.letters import Letters
from sigillo.application.mail_folders import MailFolders
from sigillo.application.mail_incoming import Incoming
from sigillo.application.mail_reading import MailReading
from sigillo.application.mail_relay import MailRelay
from sigillo.application.mail_views import MailViews
from sigillo.application.mailboxes import Mailboxes
from sigillo.application.outgoing_mail import OutgoingMails
from sigillo.application.ports.audit import Audit
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.courier import Courier
from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.mail import Relay, Scribe
from sigillo.application.ports.post import Post
from sigillo.application.ports.sealing import Sealers, Verifier
from sigillo.application.ports.storage import Store
from sigillo.application.ports.wall import Wall
from sigillo.application.proofs import Proofs
from sigillo.application.queries import Queries
from sigillo.application.receipts import Receipts
from sigillo.application.recipients import Recipients
from sigillo.application.scenarios import ScenarioShelf
from sigillo.application.simulation import Simulation
from sigillo.application.stats import Stats
from sigillo.application.submission import Submissions
from sigillo.application.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Ports:
    """What a sandbox is put together over: everything outside of it, and where it keeps things."""

    store: Store
    blobs: Blobs
    wall: Wall
    sealers: Sealers
    scribe: Scribe
    verifier: Verifier
    shelf: ScenarioShelf
    audit: Audit
    entropy: Entropy
    courier: Courier
    bell: Bell
    post: Post
    relay: Relay | None = None


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The façade; each part takes the id of the workspace it works in first."""

    store: Store
    blobs: Blobs
    wall: Wall
    sealers: Sealers
    verifier: Verifier
    shelf: ScenarioShelf
    audit: Audit
    simulation: Simulation
    letters: Letters
    files: Files
    proofs: Proofs
    consents: Consents
    consent_proofs: Proofs
    queries: Queries
    stats: Stats
    alert_rules: AlertRules
    outgoing_mail: OutgoingMails
    recipients: Recipients
    mail_relay: MailRelay | None
    workspaces: Workspaces
    keys: Keys
    endpoints: Endpoints
    faults: Faults
    courier: Courier
    bell: Bell
    post: Post
    receipts: Receipts
    submissions: Submissions
    mailboxes: Mailboxes
    mail_folders: MailFolders
    mail_views: MailViews
    incoming: Incoming

    @classmethod
    def of(cls, ports: Ports) -> Sandbox:
        """Put the parts together over the ports."""
        store, blobs, wall, sealers, post = ports.store, ports.blobs, ports.wall, ports.sealers, ports.post
        verifier, shelf, entropy = ports.verifier, ports.shelf, ports.entropy
        faults = Faults(store)
        receipts = Receipts(blobs, post)
        scribe = ForwardingScribe(ports.scribe, receipts)
        letters = Letters(store, wall, shelf, entropy, LetterInspection(receipts))
        reading = MailReading(blobs, post)
        folders = MailFolders(store, blobs, reading)
        return cls(
            store=store,
            blobs=blobs,
            wall=wall,
            sealers=sealers,
            verifier=verifier,
            shelf=shelf,
            audit=ports.audit,
            simulation=Simulation(store, wall),
            letters=letters,
            files=Files(store, blobs, wall),
            proofs=Proofs(store, blobs, sealers, receipts),
            consents=Consents(store, wall, shelf),
            consent_proofs=Proofs(store, blobs, sealers, receipts, find_consent),
            queries=Queries(store),
            stats=Stats(store),
            alert_rules=AlertRules(store, wall),
            outgoing_mail=OutgoingMails(store, scribe),
            recipients=Recipients(store, wall),
            mail_relay=MailRelay(store, scribe, ports.relay) if ports.relay is not None else None,
            workspaces=Workspaces(store, wall),
            keys=Keys(store, wall, entropy, ports.audit),
            endpoints=Endpoints(store, wall, entropy),
            faults=faults,
            courier=FaultyCourier(ports.courier, faults),
            bell=ports.bell,
            post=post,
            receipts=receipts,
            submissions=Submissions(store, blobs, wall, letters=letters, post=post),
            mailboxes=Mailboxes(store, wall, entropy),
            mail_folders=folders,
            mail_views=MailViews(folders, sealers, verifier),
            incoming=Incoming(store, wall, reading, sealers, verifier),
        )

    def close(self) -> None:
        """Let go of files and connections."""
        self.store.close()
        self.audit.close()
