import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Bytes } from './streams';

/** A file as a form carries it: what an HTTP client asks of a Blob, without its bytes in memory. */
interface StreamedFile {
	name: string;
	type: string;
	size: number;
	/** The bytes from the beginning, again for each attempt. */
	stream: () => Bytes;
}

type Entry = [string, string | StreamedFile];

/**
 * A FormData whose files are read from n8n's store while they are sent, and again when the request is repeated.
 *
 * n8n's HTTP client walks the entries of any FormData and asks each file for name, type, size and stream, so a file of a
 * hundred megabytes costs no more memory than one of a kilobyte, and the length of the request is known beforehand.
 */
export class StreamedForm extends FormData {
	private readonly parts: Entry[] = [];

	/** Add a member of a body: objects become names with full stops, lists repeat their name. */
	add(name: string, value: unknown): void {
		if (Array.isArray(value)) value.forEach((one) => this.add(name, one));
		else if (typeof value === 'object' && value !== null)
			Object.entries(value).forEach(([key, one]) => this.add(name ? `${name}.${key}` : key, one));
		else this.parts.push([name, String(value)]);
	}

	attach(name: string, file: StreamedFile): void {
		this.parts.push([name, file]);
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
): Promise<StreamedFile> {
	const binary = this.helpers.assertBinaryData(itemIndex, property);
	const described = { name: binary.fileName ?? property, type: binary.mimeType };
	const { id } = binary;
	if (id === undefined) {
		const bytes = Buffer.from(binary.data, 'base64');
		return {
			...described,
			size: bytes.length,
			stream: async function* () {
				yield bytes;
			},
		};
	}
	const { fileSize } = await this.helpers.getBinaryMetadata(id);
	const open = this.helpers.getBinaryStream.bind(this.helpers);
	return {
		...described,
		size: fileSize,
		stream: async function* () {
			yield* await open(id);
		},
	};
}
