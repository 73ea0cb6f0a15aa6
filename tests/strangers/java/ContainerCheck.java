import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** ASiC-E containers with CAdES (EN 319 162-1 §4.4), their inner proofs included. */
record ContainerCheck(Trust trust, Report report) {
    private static final String MIMETYPE = "application/vnd.etsi.asic-e+zip";
    private static final String MANIFEST = "META-INF/ASiCManifest001.xml";
    private static final String SIGNATURE = "META-INF/signature001.p7s";
    private static final String ASIC = "http://uri.etsi.org/02918/v1.2.1#";
    private static final String EVIDENCE = "http://uri.etsi.org/19522/v1#";
    private static final String FIRST = "mimetype" + MIMETYPE;
    private static final int HEADER_BYTES = 30;

    void container(byte[] zip) throws Exception {
        Map<String, byte[]> entries = entries(zip);
        // 1. The seal over the manifest.
        byte[] manifest = entry(entries, MANIFEST);
        new CmsCheck(trust, report).seal(entry(entries, SIGNATURE), manifest, "seal");
        // 2. The manifest has the digest of every entry.
        digests(XmlCheck.parse(manifest), entries);
        // 3. Every proof inside, as if it were alone.
        for (String name : entries.keySet()) {
            if (!name.contains("/")) {
                inner(name, entries);
            }
        }
    }

    private void inner(String name, Map<String, byte[]> entries) throws Exception {
        Report own = report.inside(name);
        switch (own.ending()) {
            case "pdf" -> new PdfCheck(trust, own).pdf(entries.get(name));
            case "xml" -> parts(own, new XmlCheck(trust, own).xml(entries.get(name)), entries);
            case "tst" -> {
                byte[] about = entry(entries, name.replace(".tst", ".xml"));
                new CmsCheck(trust, own).token(entries.get(name), about, "token");
            }
            default -> own.line("OK", "not a proof", entries.get(name).length + " bytes");
        }
    }

    private void digests(Element manifest, Map<String, byte[]> entries) throws Exception {
        String named = XmlCheck.only(manifest, ASIC, "SigReference").getAttribute("URI");
        report.demand(SIGNATURE.equals(named), "manifest names its seal", named);
        Set<String> listed = new TreeSet<>(List.of("mimetype", "META-INF/manifest.xml", MANIFEST, SIGNATURE));
        NodeList references = manifest.getElementsByTagNameNS(ASIC, "DataObjectReference");
        for (int i = 0; i < references.getLength(); i++) {
            Element reference = (Element) references.item(i);
            String name = URI.create(reference.getAttribute("URI")).getPath();
            byte[] stated = XmlCheck.statedDigest(reference);
            boolean same = Arrays.equals(stated, Bytes.sha256(entry(entries, name)));
            report.demand(same, "manifest digest of " + name, Bytes.hex(stated));
            listed.add(name);
        }
        report.demand(listed.equals(entries.keySet()), "manifest leaves out no entry", entries.size() + " entries");
    }

    /** What the evidence says was sent is what lies in the container. */
    private static void parts(Report report, Element evidence, Map<String, byte[]> entries) throws Exception {
        NodeList parts = evidence.getElementsByTagNameNS(EVIDENCE, "PartInfo");
        report.demand(parts.getLength() > 1, "evidence names its content", parts.getLength() + " parts");
        for (int i = 0; i < parts.getLength(); i++) {
            Element part = (Element) parts.item(i);
            String name = part.getElementsByTagName("Identifier").item(0).getTextContent();
            byte[] beside = entry(entries, name.equals("content.json") ? name : "content/" + name);
            byte[] stated = XmlCheck.statedDigest(part);
            report.demand(Arrays.equals(stated, Bytes.sha256(beside)), "content " + name, Bytes.hex(stated));
        }
    }

    /** The entries, each name once, the same whether the file is read from its front or by its directory. */
    private Map<String, byte[]> entries(byte[] zip) throws Exception {
        String head = new String(zip, HEADER_BYTES, FIRST.length(), StandardCharsets.US_ASCII);
        report.demand(zip[8] == 0 && head.equals(FIRST), "mimetype first and stored", head);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream front = new ZipInputStream(new ByteArrayInputStream(zip), StandardCharsets.UTF_8)) {
            for (ZipEntry each = front.getNextEntry(); each != null; each = front.getNextEntry()) {
                if (entries.put(each.getName(), front.readAllBytes()) != null) {
                    throw new Report.Refused(each.getName() + " is there twice");
                }
            }
        }
        report.demand(names(zip, entries).equals(entries.keySet()), "directory", entries.size() + " entries");
        return entries;
    }

    private static Set<String> names(byte[] zip, Map<String, byte[]> entries) throws Exception {
        Path copy = Files.createTempFile("container", ".asice");
        try {
            Files.write(copy, zip);
            Set<String> names = new TreeSet<>();
            try (ZipFile directory = new ZipFile(copy.toFile(), StandardCharsets.UTF_8)) {
                for (ZipEntry each : Collections.list(directory.entries())) {
                    names.add(each.getName());
                    byte[] bytes = directory.getInputStream(each).readAllBytes();
                    if (!Arrays.equals(bytes, entries.get(each.getName()))) {
                        throw new Report.Refused(each.getName() + " has two contents");
                    }
                }
            }
            return names;
        } finally {
            Files.delete(copy);
        }
    }

    private static byte[] entry(Map<String, byte[]> entries, String name) throws Report.Refused {
        byte[] found = entries.get(name);
        if (found == null) {
            throw new Report.Refused(name + " is missing");
        }
        return found;
    }
}
