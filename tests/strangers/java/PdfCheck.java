import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.ASN1InputStream;

/** PAdES (EN 319 142-1): one seal, then any number of document timestamps, each over all that was there before. */
record PdfCheck(Trust trust, Report report) {
    void pdf(byte[] pdf) throws Exception {
        try (PDDocument document = PDDocument.load(pdf)) {
            List<PDSignature> signatures = new ArrayList<>(document.getSignatureDictionaries());
            report.demand(!signatures.isEmpty(), "signature dictionaries", signatures.size());
            signatures.sort(Comparator.comparing(signature -> signature.getByteRange()[2]));
            // Level LT: the chains are built from what the document brings, and from the root that the reader trusts.
            Trust own = trust.with(securityStore(document.getDocumentCatalog().getCOSObject()));
            CmsCheck cms = new CmsCheck(own, report);
            seal(cms, signatures.get(0), covered(pdf, signatures.get(0), signatures.size() == 1));
            for (int i = 1; i < signatures.size(); i++) {
                PDSignature stamp = signatures.get(i);
                String kind = stamp.getSubFilter();
                report.demand("ETSI.RFC3161".equals(kind), "what follows the seal is a document timestamp", kind);
                byte[] covered = covered(pdf, stamp, i == signatures.size() - 1);
                cms.token(unpadded(stamp.getContents()), covered, "document timestamp");
            }
        }
    }

    private void seal(CmsCheck cms, PDSignature seal, byte[] covered) throws Exception {
        report.demand("ETSI.CAdES.detached".equals(seal.getSubFilter()), "subfilter", seal.getSubFilter());
        Instant at = cms.seal(unpadded(seal.getContents()), covered, "seal");
        cms.same(seal.getSignDate().toInstant(), at, "seal /M");
    }

    /** Gives the signed bytes: all of the file, or of a revision but for the last signature, less the Contents. */
    private byte[] covered(byte[] pdf, PDSignature signature, boolean last) throws Exception {
        int[] range = signature.getByteRange();
        boolean whole = range.length == 4 && range[0] == 0 && range[1] > 0 && range[2] > range[1];
        report.demand(whole, "byte range", Arrays.toString(range));
        String gap = new String(pdf, range[1], range[2] - range[1], StandardCharsets.US_ASCII);
        boolean alone = gap.equalsIgnoreCase("<" + Bytes.hex(signature.getContents()) + ">");
        report.demand(alone, "byte range leaves out the signature and nothing else", gap.length() + " bytes");
        int end = Math.addExact(range[2], range[3]);
        String mark = new String(pdf, end - 7, 7, StandardCharsets.US_ASCII).strip();
        report.demand(last ? end == pdf.length : mark.endsWith("%%EOF"), "byte range ends", end + " of " + pdf.length);
        byte[] covered = Arrays.copyOf(pdf, range[1] + range[3]);
        System.arraycopy(pdf, range[2], covered, range[1], range[3]);
        return covered;
    }

    private static byte[] unpadded(byte[] contents) throws Exception {
        try (ASN1InputStream stream = new ASN1InputStream(contents)) {
            byte[] der = stream.readObject().getEncoded();
            for (int i = der.length; i < contents.length; i++) {
                if (contents[i] != 0) {
                    throw new Report.Refused("something is hidden behind the signature");
                }
            }
            return der;
        }
    }

    /** The Document Security Store (EN 319 142-1 §5.4.2.2): certificates and revocation lists. */
    private List<Object> securityStore(COSDictionary catalog) throws Exception {
        if (!(catalog.getDictionaryObject("DSS") instanceof COSDictionary store)) {
            throw new Report.Refused("there is no Document Security Store");
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Object> certificates = new ArrayList<>();
        for (byte[] der : streams(store, "Certs")) {
            certificates.add(factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        List<Object> all = new ArrayList<>(certificates);
        for (byte[] der : streams(store, "CRLs")) {
            all.add(factory.generateCRL(new ByteArrayInputStream(der)));
        }
        int lists = all.size() - certificates.size();
        String seen = certificates.size() + " certificates, " + lists + " revocation lists";
        report.demand(certificates.size() >= 3 && lists >= 2, "security store", seen);
        return all;
    }

    private static List<byte[]> streams(COSDictionary store, String name) throws IOException {
        List<byte[]> found = new ArrayList<>();
        if (store.getDictionaryObject(name) instanceof COSArray array) {
            for (int i = 0; i < array.size(); i++) {
                try (InputStream stream = ((COSStream) array.getObject(i)).createInputStream()) {
                    found.add(stream.readAllBytes());
                }
            }
        }
        return found;
    }
}
