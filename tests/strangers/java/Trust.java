import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Where chains end, and what may stand between: certificates and revocation lists, nothing from the network. */
record Trust(X509Certificate root, Collection<?> material) {
    static Trust read(Path folder) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try (InputStream issuing = Files.newInputStream(folder.resolve("issuing-ca.pem"));
                InputStream lists = Files.newInputStream(folder.resolve("crl.pem"));
                InputStream root = Files.newInputStream(folder.resolve("root.pem"))) {
            List<Object> material = new ArrayList<>(factory.generateCertificates(issuing));
            material.addAll(factory.generateCRLs(lists));
            return new Trust((X509Certificate) factory.generateCertificate(root), material);
        }
    }

    /** The same root with other material: what a document brings itself. */
    Trust with(Collection<?> others) {
        return new Trust(root, others);
    }

    /** Demands a chain of three at an instant by the JDK's own rules (RFC 5280 §6), no certificate of it revoked. */
    void chain(X509Certificate leaf, Instant at, Report report, String check) throws Exception {
        List<Object> all = new ArrayList<>(material);
        all.add(leaf);
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        var parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
        parameters.setRevocationEnabled(true);
        parameters.setDate(Date.from(at));
        var path = CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath();
        String seen = leaf.getSubjectX500Principal() + ", not revoked, " + at;
        report.demand(path.getCertificates().size() == 2, check, seen);
    }
}
