#!/usr/bin/env node
/* House rules: the permission policy `ReadOnlyArchive`, and a check of what tickets have.
 *
 * Options: `archive`, the pages that nobody changes but who has WIKI_ADMIN (`["Archive"]`, with what is below them);
 * `required`, the fields that a ticket needs when it is changed (`[]`); `forbidden`, words that its summary must not
 * have (`[]`).
 *
 * Written from docs/plugin-protocol.md, without any package. */
'use strict';
const readline = require('readline');

let options = {};
const CHANGES = new Set(['WIKI_MODIFY', 'WIKI_DELETE', 'WIKI_RENAME', 'WIKI_CREATE', 'ATTACHMENT_CREATE',
                         'ATTACHMENT_DELETE']);

class Refusal extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}

const requests = {
    initialize(params) {
        options = params.options || {};
        return {
            protocol: 1,
            plugin: {name: 'house-rules', version: '1.0', runtime: `Node ${process.version}`},
            capabilities: {concurrency: 64},
        };
    },

    describe() {
        return {revision: 1, policies: ['ReadOnlyArchive'], hooks: ['ticket/validate'], problems: problems()};
    },

    ping() {
        return {};
    },

    'policy/check'(params) {
        if (params.policy !== 'ReadOnlyArchive') {
            throw new Refusal(-32602, `no policy ${params.policy}`);
        }
        return {answers: params.questions.map(([action, resource]) => decide(action, resource))};
    },

    'ticket/validate'(params) {
        return {problems: [...missing(params.fields), ...improper(params.fields.summary || '')], fields: {}};
    },

    shutdown() {
        return null;
    },
};

/* Denies changes of archived pages, and has no opinion of anything else. */
function decide(action, resource) {
    if (!resource || !CHANGES.has(action)) {
        return null;
    }
    const [realm, page] = resource[0];
    const archived = (options.archive || ['Archive']).some(name => page === name || `${page}`.startsWith(name + '/'));
    return realm === 'wiki' && archived ? false : null;
}

function missing(fields) {
    return (options.required || []).filter(name => !fields[name]).map(name => [name, 'has to be filled in']);
}

function improper(summary) {
    const words = summary.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return (options.forbidden || []).filter(word => words.includes(word.toLowerCase()))
        .map(word => ['summary', `“${word}” says nothing`]);
}

function problems() {
    return ['archive', 'required', 'forbidden'].filter(name => name in options && !Array.isArray(options[name]))
        .map(name => ({origin: 'options', problem: `${name} has to be a list`}));
}

function send(message) {
    process.stdout.write(JSON.stringify({jsonrpc: '2.0', ...message}) + '\n');
}

function answer({id, method, params}) {
    if (id === undefined || method === undefined) {
        return;                                 // a notification, or an answer to what was not asked
    }
    try {
        if (!Object.hasOwn(requests, method)) {
            throw new Refusal(-32601, `no request ${method}`);
        }
        send({id, result: requests[method](params || {})});
    } catch (e) {
        send({id, error: {code: e.code || -32603, message: e.message}});
    }
    if (method === 'shutdown') {
        process.stdout.write('', () => process.exit(0));
    }
}

readline.createInterface({input: process.stdin, crlfDelay: Infinity}).on('line', line => {
    if (line.startsWith('{')) {
        answer(JSON.parse(line));
    }
}).on('close', () => process.exit(0));
