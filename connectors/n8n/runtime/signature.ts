import { createHmac, timingSafeEqual } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Signature } from './contract';

const SCHEME = 'v1,';

export const WRONG_SIGNATURE = 'The signature is wrong';

/**
 * Why a message is not to be believed; undefined when it is. Standard Webhooks 1.0.0, symmetric scheme:
 *
 * 1. the three headers are there, and the time of the attempt is not far from now;
 * 2. what is signed is the id, the time and the body as it came, divided by full stops;
 * 3. one of the signatures (there are two while a secret is being changed) is the HMAC-SHA256 of it, in base64.
 */
export function disbelief(
	signed: Signature,
	headers: IDataObject,
	body: Uint8Array,
	secret: string,
	nowMs: number,
): string | undefined {
	// 1. The headers.
	const id = String(headers[signed.id] ?? '');
	const timestamp = String(headers[signed.timestamp] ?? '');
	const signatures = String(headers[signed.signature] ?? '').split(' ');
	if (!id || !/^\d+$/.test(timestamp)) return 'The message is not signed';
	if (Math.abs(nowMs / 1000 - Number(timestamp)) > signed.toleranceS)
		return 'The message is too old, or one of the two clocks is wrong';
	// 2. What is signed.
	const key = Buffer.from(secret.replace(signed.secretPrefix, ''), 'base64');
	const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
	// 3. The signatures.
	return signatures.some((signature) => agrees(signature, mac)) ? undefined : WRONG_SIGNATURE;
}

function agrees(signature: string, mac: Uint8Array): boolean {
	if (!signature.startsWith(SCHEME)) return false;
	const given = Buffer.from(signature.slice(SCHEME.length), 'base64');
	return given.length === mac.length && timingSafeEqual(given, mac);
}
