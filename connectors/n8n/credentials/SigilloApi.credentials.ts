// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

export class SigilloApi implements ICredentialType {
	name = 'sigilloApi';

	displayName = 'Sigillo API';

	icon: Icon = { light: 'file:../icons/sigillo.svg', dark: 'file:../icons/sigillo.dark.svg' };

	documentationUrl = 'https://github.com/sigillo-lab/sigillo?tab=readme-ov-file#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{
					name: 'Live',
					value: 'live',
					description:
						'A server that hands letters to a real provider. What you send there is sent, and paid for.',
				},
				{
					name: 'Own Server',
					value: 'own',
					description: 'A sandbox elsewhere, for instance in a container or on a test machine',
				},
				{
					name: 'Sandbox on This Machine',
					value: 'sandbox',
					description:
						'<code>sigillo serve</code> on the machine that runs your workflows, at its usual port. Nothing that it emits has legal value.',
				},
			],
			default: 'sandbox',
		},
		{
			displayName: 'Server URL',
			name: 'url',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://registered-mail.example.com',
			displayOptions: { show: { environment: ['live', 'own'] } },
			description: 'Where the server is, without a path',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. sk_test_demo',
			description:
				'<code>sk_test_demo</code> on a sandbox of your own machine; elsewhere the key that <code>sigillo serve</code> printed, or that the operator of the server gave you',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				"={{ $credentials.environment === 'sandbox' ? 'http://127.0.0.1:8025' : $credentials.url.replace(/\\/+$/, '') }}",
			url: '/v1/me',
		},
	};
}
