import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.dom.DOMCryptoContext;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Enveloped XAdES B-T signatures (EN 319 132-1 §6), validated by the JDK under its rules of secure validation. */
record XmlCheck(Trust trust, Report report) {
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    private static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
    private static final String PROPERTIES = "http://uri.etsi.org/01903#SignedProperties";
    private static final String EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE;

    /** Gives the root of a document whose signature holds. */
    Element xml(byte[] xml) throws Exception {
        Element root = parse(xml);
        Element element = only(root, DS, "Signature");
        report.demand(element.getParentNode() == root, "the signature stands in the root", root.getNodeName());
        Element properties = only(element, XADES, "SignedProperties");
        Element keyInfo = only(element, DS, "KeyInfo");
        // 1. The certificate that stands beside is the one that the signed properties name.
        X509Certificate leaf = certificate(properties, keyInfo);
        // 2. The signature value and every reference.
        DOMValidateContext context =
                new DOMValidateContext(KeySelector.singletonKeySelector(leaf.getPublicKey()), element);
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
        for (Element each : List.of(root, properties, keyInfo)) {
            context.setIdAttributeNS(each, null, "Id");
        }
        signature(context, properties, keyInfo);
        // 3. The timestamp over the signature value: the time at which the chain must have held.
        Element stamp = only(only(element, XADES, "SignatureTimeStamp"), XADES, "EncapsulatedTimeStamp");
        byte[] value = canonical(only(element, DS, "SignatureValue"));
        CmsCheck cms = new CmsCheck(trust, report);
        Instant at = cms.token(Bytes.base64(stamp.getTextContent()), value, "signature timestamp");
        trust.chain(leaf, at, report, "seal chain");
        cms.same(Instant.parse(only(properties, XADES, "SigningTime").getTextContent()), at, "seal");
        return root;
    }

    static Element parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null); // throws all the same, but prints nothing
        return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
    }

    static Element only(Element within, String namespace, String name) throws Report.Refused {
        NodeList found = within.getElementsByTagNameNS(namespace, name);
        if (found.getLength() != 1) {
            throw new Report.Refused(name + " is there " + found.getLength() + " times");
        }
        return (Element) found.item(0);
    }

    /** Gives the SHA-256 that a DigestMethod and DigestValue inside of an element state. */
    static byte[] statedDigest(Element within) throws Report.Refused {
        if (!SHA256.equals(only(within, DS, "DigestMethod").getAttribute("Algorithm"))) {
            throw new Report.Refused("a digest of " + within.getNodeName() + " is no SHA-256");
        }
        return Bytes.base64(only(within, DS, "DigestValue").getTextContent());
    }

    private X509Certificate certificate(Element properties, Element keyInfo) throws Exception {
        byte[] der = Bytes.base64(keyInfo.getElementsByTagNameNS(DS, "X509Certificate").item(0).getTextContent());
        byte[] named = statedDigest(only(properties, XADES, "CertDigest"));
        report.demand(Arrays.equals(named, Bytes.sha256(der)), "signing certificate", Bytes.hex(named));
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    }

    private void signature(DOMValidateContext context, Element properties, Element keyInfo) throws Exception {
        XMLSignature signature = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
        String method = signature.getSignedInfo().getSignatureMethod().getAlgorithm();
        report.demand(signature.getSignatureValue().validate(context), "signature value", method);
        Set<String> seen = new TreeSet<>();
        for (Object each : signature.getSignedInfo().getReferences()) {
            Reference reference = (Reference) each;
            String digest = Bytes.hex(reference.getDigestValue());
            report.demand(reference.validate(context), "reference '" + reference.getURI() + "'", digest);
            seen.add(covered(reference));
        }
        String signed = "#" + properties.getAttribute("Id") + " as properties";
        Set<String> wanted = Set.of("", "#" + keyInfo.getAttribute("Id"), signed);
        report.demand(seen.equals(wanted), "references", seen);
        report.demand(signature.validate(context), "core validation", "XML-DSig §3.2");
    }

    /** What a reference is to, provided that its transforms leave out nothing but the signature. */
    private static String covered(Reference reference) throws Report.Refused {
        List<String> transforms = new ArrayList<>();
        for (Object step : reference.getTransforms()) {
            transforms.add(((Transform) step).getAlgorithm());
        }
        boolean whole = reference.getURI().isEmpty();
        if (!transforms.equals(whole ? List.of(Transform.ENVELOPED, EXCLUSIVE) : List.of(EXCLUSIVE))) {
            throw new Report.Refused("reference '" + reference.getURI() + "' goes through " + transforms);
        }
        return reference.getURI() + (PROPERTIES.equals(reference.getType()) ? " as properties" : "");
    }

    /** Exclusive canonicalisation renders only what an element itself uses, so it may be taken out of its document. */
    private static byte[] canonical(Element element) throws Exception {
        Transformer serialiser = TransformerFactory.newInstance().newTransformer();
        serialiser.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        ByteArrayOutputStream alone = new ByteArrayOutputStream();
        serialiser.transform(new DOMSource(element), new StreamResult(alone));
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        CanonicalizationMethod method = factory.newCanonicalizationMethod(EXCLUSIVE, (C14NMethodParameterSpec) null);
        OctetStreamData data = new OctetStreamData(new ByteArrayInputStream(alone.toByteArray()));
        return ((OctetStreamData) method.transform(data, new DOMCryptoContext() {})).getOctetStream().readAllBytes();
    }
}
