"""The mail faces: SMTP submission, IMAP4rev1 and POP3 over a sandbox's mailboxes, on the event loop of its server."""
