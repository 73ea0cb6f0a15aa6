import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Bytes } from './streams';

/** A file in n8n's store. */
interface StoredFile {
	name: string;
	type: string;
	size: number;
	/** Its bytes from the beginning, again for each attempt. */
	open: () => Promise<Bytes>;
}

/** A file as a form carries it: what an HTTP client asks of a Blob, without its bytes in memory. */
type Entry = [string, string | (StoredFile & { stream: () => Bytes })];

/**
 * A FormData whose files are read from n8n's store while they are sent, and again when the request is repeated.
 *
 * n8n's HTTP client walks the entries of any FormData and asks each file for name, type, size and stream, so a file of a
 * hundred megabytes costs no more memory than one of a kilobyte, and the length of the request is known beforehand.
 */
export class StreamedForm extends FormData {
	private readonly parts: Entry[] = [];

	private readonly opened: Bytes[] = [];

	/** Add a member of a body: objects become names with full stops, lists repeat their name. */
	add(name: string, value: unknown): void {
		if (Array.isArray(value)) value.forEach((one) => this.add(name, one));
		else if (typeof value === 'object' && value !== null)
			Object.entries(value).forEach(([key, one]) => this.add(name ? `${name}.${key}` : key, one));
		else this.parts.push([name, String(value)]);
	}

	attach(name: string, file: StoredFile): void {
		const { opened } = this;
		const stream = async function* () {
			const bytes = await file.open();
			opened.push(bytes);
			yield* bytes;
		};
		this.parts.push([name, { ...file, stream }]);
	}

	/** Close what an attempt left open: a service that refuses does not read to the end. */
	release(): void {
		for (const bytes of this.opened.splice(0)) bytes.destroy?.();
	}

	override readonly entries: FormData['entries'] = () =>
		this.parts.values() as unknown as ReturnType<FormData['entries']>;

	override readonly [Symbol.iterator]: FormData['entries'] = () => this.entries();
}

/** The body as a form, with the named binary fields of an item as its files. */
export async function formOf(
	this: IExecuteFunctions,
	body: IDataObject,
	files: { field: string; properties: string[] },
	itemIndex: number,
): Promise<StreamedForm> {
	const form = new StreamedForm();
	form.add('', body);
	for (const property of files.properties)
		form.attach(files.field, await fileOf.call(this, property, itemIndex));
	return form;
}

async function fileOf(
	this: IExecuteFunctions,
	property: string,
	itemIndex: number,
): Promise<StoredFile> {
	const binary = this.helpers.assertBinaryData(itemIndex, property);
	const described = { name: binary.fileName ?? property, type: binary.mimeType };
	const { id } = binary;
	if (id === undefined) {
		const bytes = Buffer.from(binary.data, 'base64');
		return { ...described, size: bytes.length, open: async () => once(bytes) };
	}
	const { fileSize } = await this.helpers.getBinaryMetadata(id);
	const { getBinaryStream } = this.helpers;
	return { ...described, size: fileSize, open: async () => await getBinaryStream(id) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}
