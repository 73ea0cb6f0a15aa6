import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenInfo;
import org.bouncycastle.util.Store;

/** CAdES B-T seals (EN 319 122-1 §6) and RFC 3161 tokens. */
record CmsCheck(Trust trust, Report report) {
    private static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

    /** A detached seal over a content; gives the attested time. */
    Instant seal(byte[] der, byte[] content, String check) throws Exception {
        report.demand(structure(der).isDetachedSignature(), check + " is detached", der.length + " bytes");
        CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(content), der);
        report.demand(cms.getSignerInfos().size() == 1, check + " signers", cms.getSignerInfos().size());
        SignerInformation by = cms.getSignerInfos().iterator().next();
        X509Certificate leaf = certificate(cms.getCertificates(), by);
        // 1. The message digest, and the signature over the signed attributes.
        report.demand(by.verify(verifier(leaf)), check + " signature", by.getEncryptionAlgOID());
        // 2. The certificate is the one that the signature itself names, and may sign.
        signingCertificate(by.getSignedAttributes(), leaf, check);
        boolean signs = leaf.getKeyUsage()[0] && leaf.getKeyUsage()[1] && leaf.getBasicConstraints() < 0;
        report.demand(signs, check + " key usage", "digitalSignature, nonRepudiation, no authority");
        // 3. A timestamp over the signature value: the time at which the chain must have held.
        Instant at = token(timestamp(by, check), by.getSignature(), check + " timestamp");
        trust.chain(leaf, at, report, check + " chain");
        // 4. The claimed time, where there is one, is the attested one.
        Attribute claimed = by.getSignedAttributes().get(CMSAttributes.signingTime);
        if (claimed != null) {
            same(Time.getInstance(claimed.getAttrValues().getObjectAt(0)).getDate().toInstant(), at, check);
        }
        return at;
    }

    /** A token about some bytes; gives its time. */
    Instant token(byte[] der, byte[] about, String check) throws Exception {
        TimeStampToken token = new TimeStampToken(structure(der));
        TimeStampTokenInfo info = token.getTimeStampInfo();
        byte[] digest = Bytes.digest(info.getMessageImprintAlgOID().getId(), about);
        report.demand(Arrays.equals(digest, info.getMessageImprintDigest()), check + " imprint", Bytes.hex(digest));
        SignerInformation by = token.toCMSSignedData().getSignerInfos().iterator().next();
        X509Certificate leaf = certificate(token.getCertificates(), by);
        token.validate(verifier(leaf)); // digest, signature, certificate of that time: throws when one of them fails
        Instant at = info.getGenTime().toInstant();
        report.demand(true, check + " signature", "policy " + info.getPolicy() + ", " + at);
        signingCertificate(token.getSignedAttributes(), leaf, check);
        boolean alone = List.of(TIME_STAMPING).equals(leaf.getExtendedKeyUsage());
        boolean critical = leaf.getCriticalExtensionOIDs().contains("2.5.29.37");
        report.demand(alone && critical, check + " purpose", "timeStamping, critical and alone (RFC 3161 §2.3)");
        trust.chain(leaf, at, report, check + " chain");
        return at;
    }

    /** Demands that a claimed time is the attested one, to the second. */
    void same(Instant claimed, Instant attested, String check) throws Report.Refused {
        boolean same = !claimed.isAfter(attested) && claimed.plusSeconds(1).isAfter(attested);
        report.demand(same, check + " claimed time", claimed + ", attested " + attested);
    }

    private static CMSSignedData structure(byte[] der) throws Exception {
        ASN1Primitive.fromByteArray(der); // refuses anything that follows the structure
        return new CMSSignedData(der);
    }

    private static X509Certificate certificate(Store<X509CertificateHolder> beside, SignerInformation by)
            throws Exception {
        @SuppressWarnings("unchecked")
        Collection<X509CertificateHolder> matches = beside.getMatches(by.getSID());
        if (matches.size() != 1) {
            throw new Report.Refused("the signer's certificate is there " + matches.size() + " times");
        }
        return new JcaX509CertificateConverter().getCertificate(matches.iterator().next());
    }

    private static SignerInformationVerifier verifier(X509Certificate leaf) throws Exception {
        return new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(leaf);
    }

    private static byte[] timestamp(SignerInformation by, String check) throws Exception {
        AttributeTable unsigned = by.getUnsignedAttributes();
        Attribute found = unsigned == null ? null : unsigned.get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        if (found == null) {
            throw new Report.Refused(check + " has no signature timestamp");
        }
        return found.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded();
    }

    private void signingCertificate(AttributeTable signed, X509Certificate leaf, String check) throws Exception {
        Attribute found = signed.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        if (found == null) {
            throw new Report.Refused(check + " has no signing-certificate-v2");
        }
        ESSCertIDv2 first = SigningCertificateV2.getInstance(found.getAttrValues().getObjectAt(0)).getCerts()[0];
        byte[] digest = Bytes.digest(first.getHashAlgorithm().getAlgorithm().getId(), leaf.getEncoded());
        report.demand(Arrays.equals(digest, first.getCertHash()), check + " signing-certificate-v2", Bytes.hex(digest));
    }
}
