/** What reading needs of a stream of Node.js, whose types a community package may not import. */
export type Bytes = AsyncIterable<Uint8Array> & { destroy?: () => unknown };

/** A whole stream as UTF-8 text; for short ones only, such as the description of a problem. */
export async function readText(stream: unknown): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream as Bytes) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}
