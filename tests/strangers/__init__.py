"""Strangers' programs judge our proofs: what none of them made, none of them believes.

Every kind of proof (consent, deposit, dispatch, reception, refusal, negligence, bounce), of LRE and of ERE, is made
through the façade and laid out as the demonstration does (``letters``); beside it lie tampered copies of each file
(``forgeries``). Who checks what, and what it cannot see:

============================  ============================================  =======================================
program                       checks                                        does not see
============================  ============================================  =======================================
openssl ts                    tokens: imprint, signature, purpose, chain    what the data says
openssl cms -cades            seal of PDF byte ranges and of container      byte ranges, signature timestamps,
                              manifests, ESS certificate, chain             security stores, revocation
openssl verify -crl_check_all chain and revocation lists of every leaf      whatever is not a certificate
openssl dgst                  digests of a container's entries              whether the manifest is sealed
pdfsig (poppler, NSS)         byte range, digest, signature, chain          timestamps, security store, revocation
xmlsec1                       signature, every reference, chain             XAdES: what the properties mean, tokens
unzip -t, zipfile             structure, sums of entries                    seals and digests
java/ (JDK, BouncyCastle,     all of it: tokens, seals, their timestamps,   evidence against its XML schema; that
PDFBox)                       document timestamps, security stores,         pages and evidence say the same
                              manifests, inner proofs, content, revocation
============================  ============================================  =======================================
"""
