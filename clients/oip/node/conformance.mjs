#!/usr/bin/env node
// What clients of the Open Inference Protocol and of Triton's extensions rely on, checked from Node against a running server:
//
//   node conformance.mjs ADDRESS NODE_MODULES
//
// NODE_MODULES holds @grpc/grpc-js and @grpc/proto-loader. The server must serve the models of ../models under their files' names.
// Prints a line for each check and, last, one line of JSON; the exit code is 1 if a check failed.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const [address, nodeModules] = process.argv.slice(2);
if (!address || !nodeModules) {
  console.error('usage: conformance.mjs ADDRESS NODE_MODULES');
  process.exit(2);
}
const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.resolve(nodeModules, 'here.js'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync('inference/grpc_service.proto', {
  includeDirs: [path.resolve(here, '../../../proto/src/main/proto')],
  keepCase: true, longs: String, enums: String, defaults: true, oneofs: true,
});
const {inference} = grpc.loadPackageDefinition(definition);
const metadata = new grpc.Metadata();
if (process.env.TIDEWATCH_API_KEY) metadata.set('authorization', `Bearer ${process.env.TIDEWATCH_API_KEY}`);

function connect(options = {}) {
  return new inference.GRPCInferenceService(address, grpc.credentials.createInsecure(), options);
}

const client = connect();

function call(method, request, {to = client, seconds = 30, headers = {}} = {}) {
  const sent = metadata.clone();
  for (const [key, value] of Object.entries(headers)) sent.set(key, value);
  return new Promise((resolve, reject) => to[method](request, sent, {deadline: Date.now() + seconds * 1000},
    (error, response) => error ? reject(error) : resolve(response)));
}

async function fails(code, text, promise) {
  const error = await promise.then(() => assert.fail(`no error; expected ${text}`), e => e);
  assert.equal(error.code, code, error.message);
  assert.ok(error.details.includes(text), `'${error.details}' should contain '${text}'`);
}

// --- tensors -------------------------------------------------------------------------------------------------------

function int32(...values) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}

function ints(bytes) {
  return Array.from({length: bytes.length / 4}, (_, i) => bytes.readInt32LE(4 * i));
}

function strings(...elements) {
  return Buffer.concat(elements.flatMap(element => {
    const bytes = Buffer.from(element);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  }));
}

function unpack(bytes) {
  const elements = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    elements.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return elements;
}

const counting = Array.from({length: 16}, (_, i) => i);
const ones = Array(16).fill(1);
const sums = counting.map(i => i + 1);
const differences = counting.map(i => i - 1);

function tensor(name, datatype, shape, contents) {
  return {name, datatype, shape, ...(contents && {contents})};
}

function simple(changes = {}) {
  return {
    model_name: 'simple',
    inputs: [tensor('INPUT0', 'INT32', [1, 16]), tensor('INPUT1', 'INT32', [1, 16])],
    outputs: [{name: 'OUTPUT0'}, {name: 'OUTPUT1'}],
    raw_input_contents: [int32(...counting), int32(...ones)],
    ...changes,
  };
}

function output(response, name) {
  const index = response.outputs.findIndex(each => each.name === name);
  assert.ok(index >= 0, `no output ${name}`);
  assert.equal(response.raw_output_contents.length, response.outputs.length, 'one raw content for each output');
  assert.equal(response.outputs[index].contents, null, 'outputs are raw');
  return response.raw_output_contents[index];
}

// --- checks --------------------------------------------------------------------------------------------------------

const checks = [];
const check = (name, run) => checks.push({name, run});

check('server is live and ready, whatever headers come along', async () => {
  assert.equal((await call('ServerLive', {}, {headers: {test: '1', dummy: '2'}})).live, true);
  assert.equal((await call('ServerReady', {})).ready, true);
});

check('server metadata names the server and its extensions', async () => {
  const about = await call('ServerMetadata', {});
  assert.ok(about.name && about.version);
  for (const extension of ['sequence', 'statistics', 'model_repository', 'model_configuration', 'trace', 'logging']) {
    assert.ok(about.extensions.includes(extension), extension);
  }
});

check('model readiness: a known model is, an unknown one is not', async () => {
  assert.equal((await call('ModelReady', {name: 'simple'})).ready, true);
  assert.equal((await call('ModelReady', {name: 'wrong_model_name'})).ready, false);
});

check('model metadata', async () => {
  const about = await call('ModelMetadata', {name: 'simple'}, {headers: {test: '1'}});
  assert.equal(about.name, 'simple');
  assert.equal(about.versions.length, 1);
  assert.equal((await call('ModelReady', {name: 'simple', version: about.versions[0]})).ready, true);
  assert.deepEqual(about.inputs, ['INPUT0', 'INPUT1'].map(name => ({name, datatype: 'INT32', shape: ['-1', '16']})));
  assert.deepEqual(about.outputs, ['OUTPUT0', 'OUTPUT1'].map(name => ({name, datatype: 'INT32', shape: ['-1', '16']})));
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('ModelMetadata', {name: 'wrong_model_name'}));
});

check('model configuration', async () => {
  const {config} = await call('ModelConfig', {name: 'simple'});
  assert.equal(config.name, 'simple');
  assert.ok(config.max_batch_size >= 8);
  assert.deepEqual(config.input.map(each => [each.name, each.data_type, each.dims]),
    [['INPUT0', 'TYPE_INT32', ['16']], ['INPUT1', 'TYPE_INT32', ['16']]]);
  assert.equal(config.model_transaction_policy.decoupled, false);
  const sequence = (await call('ModelConfig', {name: 'simple_dyna_sequence'})).config;
  assert.equal(sequence.scheduling_choice, 'sequence_batching');
  assert.deepEqual(sequence.sequence_batching.control_input.map(each => each.control[0].kind).sort(),
    ['CONTROL_SEQUENCE_CORRID', 'CONTROL_SEQUENCE_END', 'CONTROL_SEQUENCE_START']);
  assert.deepEqual(sequence.input.map(each => each.name), ['INPUT']);
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('ModelConfig', {name: 'wrong_model_name'}));
});

check('inference: sum and difference, the id comes back, the version is told', async () => {
  const response = await call('ModelInfer', simple({id: 'my request'}));
  assert.equal(response.id, 'my request');
  assert.equal(response.model_name, 'simple');
  assert.ok(response.model_version);
  assert.deepEqual(ints(output(response, 'OUTPUT0')), sums);
  assert.deepEqual(ints(output(response, 'OUTPUT1')), differences);
  assert.deepEqual(response.outputs[0].shape, ['1', '16']);
  assert.equal(response.outputs[0].datatype, 'INT32');
});

check('no outputs named means all; some named come in that order', async () => {
  const all = await call('ModelInfer', simple({outputs: []}));
  assert.deepEqual(all.outputs.map(each => each.name).sort(), ['OUTPUT0', 'OUTPUT1']);
  const one = await call('ModelInfer', simple({outputs: [{name: 'OUTPUT1'}]}));
  assert.deepEqual(one.outputs.map(each => each.name), ['OUTPUT1']);
  assert.deepEqual(ints(output(one, 'OUTPUT1')), differences);
  const swapped = await call('ModelInfer', simple({outputs: [{name: 'OUTPUT1'}, {name: 'OUTPUT0'}]}));
  assert.deepEqual(swapped.outputs.map(each => each.name), ['OUTPUT1', 'OUTPUT0']);
  assert.deepEqual(ints(swapped.raw_output_contents[1]), sums);
});

check('a batch of several rows', async () => {
  const rows = [3, 5, 8];
  const response = await call('ModelInfer', simple({
    inputs: [tensor('INPUT0', 'INT32', [3, 16]), tensor('INPUT1', 'INT32', [3, 16])],
    raw_input_contents: [int32(...rows.flatMap(row => Array(16).fill(row))), int32(...rows.flatMap(() => ones))],
  }));
  assert.deepEqual(response.outputs[0].shape, ['3', '16']);
  assert.deepEqual(ints(output(response, 'OUTPUT0')), rows.flatMap(row => Array(16).fill(row + 1)));
});

check('explicit int contents', async () => {
  const response = await call('ModelInfer', simple({
    inputs: [tensor('INPUT0', 'INT32', [1, 16], {int_contents: counting}), tensor('INPUT1', 'INT32', [1, 16], {int_contents: ones})],
    raw_input_contents: [],
  }));
  assert.deepEqual(ints(output(response, 'OUTPUT0')), sums);
});

check('explicit int8 contents', async () => {
  const response = await call('ModelInfer', simple({
    model_name: 'simple_int8',
    inputs: [tensor('INPUT0', 'INT8', [1, 16], {int_contents: counting}), tensor('INPUT1', 'INT8', [1, 16], {int_contents: ones})],
    raw_input_contents: [],
  }));
  assert.deepEqual([...output(response, 'OUTPUT1')].map(byte => byte << 24 >> 24), differences);
});

check('explicit bytes contents', async () => {
  const response = await call('ModelInfer', simple({
    model_name: 'simple_string',
    inputs: [['INPUT0', counting], ['INPUT1', ones]].map(([name, values]) =>
      tensor(name, 'BYTES', [1, 16], {bytes_contents: values.map(value => Buffer.from(String(value)))})),
    raw_input_contents: [],
  }));
  assert.deepEqual(unpack(output(response, 'OUTPUT0')).map(each => Number(each.toString())), sums);
});

check('strings in raw form', async () => {
  const response = await call('ModelInfer', simple({
    model_name: 'simple_string',
    inputs: [tensor('INPUT0', 'BYTES', [1, 16]), tensor('INPUT1', 'BYTES', [1, 16])],
    raw_input_contents: [strings(...counting.map(String)), strings(...ones.map(String))],
  }));
  assert.equal(response.outputs[0].datatype, 'BYTES');
  assert.deepEqual(unpack(output(response, 'OUTPUT0')).map(each => Number(each.toString())), sums);
  assert.deepEqual(unpack(output(response, 'OUTPUT1')).map(each => Number(each.toString())), differences);
});

check('byte strings of any bytes come back as they went', async () => {
  const sent = strings(Buffer.from([0, 255, 128, 0]), '', 'κύμα', Buffer.alloc(100_000, 254));
  const response = await call('ModelInfer', {
    model_name: 'simple_identity', inputs: [tensor('INPUT0', 'BYTES', [1, 4])], raw_input_contents: [sent],
  });
  assert.deepEqual(output(response, 'OUTPUT0'), sent);
});

const widths = {
  BOOL: 1, UINT8: 1, UINT16: 2, UINT32: 4, UINT64: 8, INT8: 1, INT16: 2, INT32: 4, INT64: 8, FP16: 2, BF16: 2, FP32: 4, FP64: 8,
};

check('every datatype comes back bit by bit, raw', async () => {
  const types = [...Object.keys(widths), 'BYTES'];
  const contents = types.map(type => type === 'BYTES' ? strings('a', '', 'ccc')
    : Buffer.from(Array.from({length: 3 * widths[type]}, (_, i) => type === 'BOOL' ? i % 2 : (37 * i + 129) % 256)));
  const response = await call('ModelInfer', {
    model_name: 'simple_identity_all',
    inputs: types.map(type => tensor(`INPUT_${type}`, type, [3])),
    raw_input_contents: contents,
  });
  types.forEach((type, i) => {
    assert.deepEqual(output(response, `OUTPUT_${type}`), contents[i], type);
    assert.equal(response.outputs.find(each => each.name === `OUTPUT_${type}`).datatype, type);
  });
});

check('every datatype that has a typed form gives the same as its raw form', async () => {
  const typed = {
    BOOL: [{bool_contents: [true, false]}, Buffer.from([1, 0])],
    INT8: [{int_contents: [-128, 127]}, Buffer.from([128, 127])],
    INT16: [{int_contents: [-32768, 1]}, Buffer.from([0, 128, 1, 0])],
    INT32: [{int_contents: [-2147483648, 1]}, int32(-2147483648, 1)],
    INT64: [{int64_contents: ['-9223372036854775808', '1']}, Buffer.from([0, 0, 0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 0, 0, 0])],
    UINT8: [{uint_contents: [255, 0]}, Buffer.from([255, 0])],
    UINT16: [{uint_contents: [65535, 1]}, Buffer.from([255, 255, 1, 0])],
    UINT32: [{uint_contents: [4294967295, 1]}, Buffer.from([255, 255, 255, 255, 1, 0, 0, 0])],
    UINT64: [{uint64_contents: ['18446744073709551615', '1']},
      Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0])],
    FP32: [{fp32_contents: [1.5, -0.25]}, Buffer.from([0, 0, 192, 63, 0, 0, 128, 190])],
    FP64: [{fp64_contents: [1.5, -0.25]}, Buffer.from([0, 0, 0, 0, 0, 0, 248, 63, 0, 0, 0, 0, 0, 0, 208, 191])],
    BYTES: [{bytes_contents: [Buffer.from('ab'), Buffer.from([])]}, strings('ab', '')],
  };
  const halves = ['FP16', 'BF16'];
  // A request is typed or raw as a whole, so the two types that have no typed form are sent without elements.
  const response = await call('ModelInfer', {
    model_name: 'simple_identity_all',
    inputs: [...Object.entries(typed).map(([type, [contents]]) => tensor(`INPUT_${type}`, type, [2], contents)),
      ...halves.map(type => tensor(`INPUT_${type}`, type, [0]))],
  });
  for (const [type, [, raw]] of Object.entries(typed)) assert.deepEqual(output(response, `OUTPUT_${type}`), raw, type);
  for (const type of halves) {
    await fails(grpc.status.INVALID_ARGUMENT, `INPUT_${type}`, call('ModelInfer', {
      model_name: 'simple_identity_all', inputs: [tensor(`INPUT_${type}`, type, [2], {fp32_contents: [1, 2]})],
    }));
  }
});

check('requests side by side', async () => {
  const responses = await Promise.all(Array.from({length: 200}, (_, i) => call('ModelInfer', simple({
    id: String(i), raw_input_contents: [int32(...Array(16).fill(i)), int32(...ones)],
  }))));
  responses.forEach((response, i) => {
    assert.equal(response.id, String(i));
    assert.deepEqual(ints(output(response, 'OUTPUT0')), Array(16).fill(i + 1));
  });
});

check('a request object used again and again', async () => {
  const request = simple();
  for (let i = 0; i < 3; i++) {
    request.raw_input_contents = [int32(...Array(16).fill(i)), int32(...ones)];
    request.outputs = i === 1 ? [{name: 'OUTPUT0'}] : [];
    assert.deepEqual(ints(output(await call('ModelInfer', request), 'OUTPUT0')), Array(16).fill(i + 1));
  }
});

check('a client with keepalive and large messages', async () => {
  const other = connect({
    'grpc.keepalive_time_ms': 20_000, 'grpc.keepalive_timeout_ms': 10_000, 'grpc.keepalive_permit_without_calls': 1,
    'grpc.max_receive_message_length': 2 ** 31 - 1,
  });
  const response = await call('ModelInfer', simple(), {to: other});
  assert.deepEqual(ints(output(response, 'OUTPUT0')), sums);
  other.close();
});

check('a deadline that has passed', async () => {
  const error = await call('ModelInfer', simple(), {seconds: -1}).then(() => assert.fail('answered'), e => e);
  assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
});

check('statistics count rows and executions', async () => {
  const one = async () => {
    const {model_stats: stats} = await call('ModelStatistics', {name: 'simple'});
    assert.equal(stats.length, 1);
    assert.equal(stats[0].name, 'simple');
    return stats[0];
  };
  const before = await one();
  await call('ModelInfer', simple());
  await call('ModelInfer', simple({inputs: [tensor('INPUT0', 'INT32', [1, 15]), tensor('INPUT1', 'INT32', [1, 16])]})).catch(() => {});
  const after = await one();
  assert.equal(Number(after.inference_count), Number(before.inference_count) + 1);
  assert.equal(Number(after.execution_count), Number(before.execution_count) + 1);
  assert.equal(Number(after.inference_stats.success.count), Number(before.inference_stats.success.count) + 1);
  assert.equal(Number(after.inference_stats.fail.count), Number(before.inference_stats.fail?.count ?? 0) + 1);
  assert.ok(Number(after.inference_stats.compute_infer.ns) > 0);
  assert.ok(Math.abs(Number(after.last_inference) - Date.now()) < 600_000);
  assert.ok(after.batch_stats.some(each => each.batch_size === '1'));
  assert.ok((await call('ModelStatistics', {})).model_stats.length >= 8);
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('ModelStatistics', {name: 'wrong_model_name'}));
});

// --- sequences -----------------------------------------------------------------------------------------------------

const values = [11, 7, 5, 3, 2, 0, 1];

function step(model, sequence, list, i) {
  const id = typeof sequence === 'number' ? {int64_param: sequence} : {string_param: sequence};
  return {
    model_name: model, id: `${sequence}_${i}`,
    parameters: {
      sequence_id: id, sequence_start: {bool_param: i === 0}, sequence_end: {bool_param: i === list.length - 1},
    },
    inputs: [tensor('INPUT', 'INT32', [1, 1])], outputs: [{name: 'OUTPUT'}], raw_input_contents: [int32(list[i])],
  };
}

const up = [0, ...values];
const down = [100, ...values.map(value => 0 - value)];
const text = [20, ...values.map(value => 0 - value)];
const plain = list => list.map((value, i) => i === 0 ? value + 1 : value);
const withId = (list, id) => plain(list).map((value, i) => i === list.length - 1 ? value + id : value);

function accumulated(list, id) {
  let sum = 0;
  return list.map((value, i) => (sum += value) + (i === list.length - 1 ? id : 0));
}

const flavours = [
  {name: 'sequence', rounds: [
    ['simple_sequence', 1000, up, plain(up)], ['simple_sequence', 1001, down, plain(down)],
    ['simple_sequence', 'b7a4b6d2-6d3e-4a52-8a3f-node', text, plain(text)]]},
  {name: 'sequence with its id told to the model', rounds: [
    ['simple_dyna_sequence', 2000, up, withId(up, 2000)], ['simple_dyna_sequence', 2001, down, withId(down, 2001)],
    ['simple_string_dyna_sequence', '2002', text, accumulated(text, 2002)]]},
];

for (const {name, rounds} of flavours) {
  check(`${name}: unary, ids that are numbers and text`, async () => {
    for (const [model, id, list, expected] of rounds) {
      const seen = [];
      for (let i = 0; i < list.length; i++) seen.push(ints(output(await call('ModelInfer', step(model, id, list, i)), 'OUTPUT'))[0]);
      assert.deepEqual(seen, expected, `${model} ${id}`);
    }
  });

  check(`${name}: mixed on one stream, answered in order`, async () => {
    const sent = [];
    for (let i = 0; i < up.length; i++) for (const [model, id, list] of rounds) sent.push(step(model, id, list, i));
    const answers = await stream(sent);
    assert.deepEqual(answers.map(each => each.infer_response.id), sent.map(each => each.id));
    for (const [, id, , expected] of rounds) {
      const own = answers.filter(each => each.infer_response.id.startsWith(`${id}_`));
      assert.deepEqual(own.map(each => ints(output(each.infer_response, 'OUTPUT'))[0]), expected, String(id));
    }
  });
}

function stream(requests) {
  return new Promise((resolve, reject) => {
    const answers = [];
    const open = client.ModelStreamInfer(metadata.clone(), {deadline: Date.now() + 60_000});
    open.on('data', answer => answers.push(answer));
    open.on('error', reject);
    open.on('end', () => resolve(answers));
    for (const request of requests) open.write(request);
    open.end();
  });
}

check('a sequence must start, and a sequence model needs one', async () => {
  const middle = step('simple_sequence', 987654, up, 1);
  await fails(grpc.status.FAILED_PRECONDITION, 'must specify the START flag', call('ModelInfer', middle));
  await fails(grpc.status.INVALID_ARGUMENT, 'must specify a non-zero or non-empty correlation ID',
    call('ModelInfer', {...middle, parameters: {}}));
  await fails(grpc.status.INVALID_ARGUMENT, 'parameters.sequence_id',
    call('ModelInfer', step('simple_dyna_sequence', 'no number', up, 0)));
});

check('a stream of plain requests; an error of one does not end it', async () => {
  const answers = await stream([simple({id: 'a'}), simple({id: 'b', model_name: 'wrong_model_name'}),
    simple({id: 'c', raw_input_contents: [int32(1), int32(1)]}),
    simple({id: 'd', parameters: {triton_enable_empty_final_response: {bool_param: true}}})]);
  assert.deepEqual(answers.map(each => each.infer_response.id), ['a', 'b', 'c', 'd']);
  assert.deepEqual(ints(output(answers[0].infer_response, 'OUTPUT0')), sums);
  assert.ok(answers[1].error_message.includes('Request for unknown model'));
  assert.ok(answers[2].error_message.includes('INPUT0'));
  assert.equal(answers[3].error_message, '');
  assert.equal(answers[3].infer_response.parameters.triton_final_response.bool_param, true);
});

// --- errors --------------------------------------------------------------------------------------------------------

check('errors name the tensor', async () => {
  const invalid = (text, changes) => fails(grpc.status.INVALID_ARGUMENT, text, call('ModelInfer', simple(changes)));
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('ModelInfer', simple({model_name: 'wrong_model_name'})));
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('ModelInfer', simple({model_version: '99.0.0'})));
  await invalid('INPUT1', {inputs: [tensor('INPUT0', 'INT32', [1, 16])], raw_input_contents: [int32(...ones)]});
  await invalid('INPUT2', {inputs: ['INPUT0', 'INPUT1', 'INPUT2'].map(name => tensor(name, 'INT32', [1, 16])),
    raw_input_contents: [int32(...ones), int32(...ones), int32(...ones)]});
  await invalid('INPUT0', {inputs: [tensor('INPUT0', 'FP32', [1, 16]), tensor('INPUT1', 'INT32', [1, 16])]});
  await invalid('INPUT0', {inputs: [tensor('INPUT0', 'INT32', [16]), tensor('INPUT1', 'INT32', [1, 16])]});
  await invalid('INPUT0', {inputs: [tensor('INPUT0', 'INT32', [1, 17]), tensor('INPUT1', 'INT32', [1, 16])],
    raw_input_contents: [int32(...ones, 1), int32(...ones)]});
  await invalid('INPUT1', {raw_input_contents: [int32(...ones), int32(1, 2)]});
  await invalid('raw_input_contents', {raw_input_contents: [int32(...ones)]});
  await invalid('INPUT0', {inputs: [tensor('INPUT0', 'INT32', [1, 16], {int_contents: ones}), tensor('INPUT1', 'INT32', [1, 16])]});
  await invalid('OUTPUT9', {outputs: [{name: 'OUTPUT9'}]});
  await invalid('INPUT0', {inputs: [tensor('INPUT0', 'FLOAT', [1, 16]), tensor('INPUT1', 'INT32', [1, 16])]});
});

check('shared memory is not offered', async () => {
  for (const method of ['SystemSharedMemoryStatus', 'SystemSharedMemoryRegister', 'SystemSharedMemoryUnregister',
    'CudaSharedMemoryStatus', 'CudaSharedMemoryRegister', 'CudaSharedMemoryUnregister']) {
    const error = await call(method, {name: 'region'}).then(() => assert.fail(method), e => e);
    assert.equal(error.code, grpc.status.UNIMPLEMENTED, method);
  }
});

// --- control -------------------------------------------------------------------------------------------------------

check('model control: index, load, unload', async () => {
  const names = async ready => (await call('RepositoryIndex', {ready})).models.filter(each => each.state === 'READY').map(each => each.name);
  assert.equal((await names(false)).filter(name => name.startsWith('simple')).length, 8);
  assert.deepEqual((await call('RepositoryIndex', {repository_name: 'elsewhere'})).models, []);
  await call('RepositoryModelLoad', {model_name: 'simple'}, {seconds: 60});
  assert.equal((await call('ModelReady', {name: 'simple'})).ready, true);
  await fails(grpc.status.INVALID_ARGUMENT, 'failed to load', call('RepositoryModelLoad',
    {model_name: 'simple', parameters: {config: {string_param: '{"max_batch_size":"16"}'}}}));
  await call('RepositoryModelUnload', {model_name: 'simple', parameters: {unload_dependents: {bool_param: false}}});
  assert.equal((await call('ModelReady', {name: 'simple'})).ready, false);
  assert.ok(!(await names(true)).includes('simple'));
  await call('RepositoryModelLoad', {model_name: 'simple'}, {seconds: 60});
  assert.equal((await call('ModelReady', {name: 'simple'})).ready, true);
  assert.deepEqual(ints(output(await call('ModelInfer', simple()), 'OUTPUT0')), sums);
  await fails(grpc.status.NOT_FOUND, 'failed to load', call('RepositoryModelLoad', {model_name: 'wrong_model_name'}));
  assert.equal((await call('ServerLive', {})).live, true);
});

check('trace settings', async () => {
  const settings = async (changes, model_name = '') => (await call('TraceSetting', {settings: changes, model_name})).settings;
  assert.deepEqual((await settings({trace_rate: {value: ['1000']}})).trace_rate.value, ['1000']);
  assert.deepEqual((await settings({trace_rate: {value: ['5']}}, 'simple')).trace_rate.value, ['5']);
  assert.deepEqual((await settings({})).trace_rate.value, ['1000']);
  assert.deepEqual((await settings({trace_rate: {value: []}}, 'simple')).trace_rate.value, ['1000']);
  assert.deepEqual((await settings({trace_rate: {value: []}})).trace_rate.value, ['1']);
  await fails(grpc.status.INVALID_ARGUMENT, 'trace_rate', call('TraceSetting', {settings: {trace_rate: {value: ['often']}}}));
  await fails(grpc.status.NOT_FOUND, 'Request for unknown model', call('TraceSetting', {model_name: 'wrong_model_name'}));
});

check('log settings', async () => {
  const settings = async changes => (await call('LogSettings', {settings: changes})).settings;
  const before = await settings({});
  assert.equal((await settings({log_verbose_level: {uint32_param: 1}})).log_verbose_level.uint32_param, 1);
  assert.equal((await settings({log_info: {bool_param: false}})).log_info.bool_param, false);
  assert.deepEqual(await settings({log_verbose_level: {uint32_param: 0}, log_info: {bool_param: true}}), before);
  await fails(grpc.status.INVALID_ARGUMENT, 'log_file', call('LogSettings', {settings: {log_file: {string_param: '/tmp/x'}}}));
});

let failed = 0;
for (const {name, run} of checks) {
  try {
    await run();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.stack ?? error}`);
  }
}
client.close();
console.log(JSON.stringify({passed: checks.length - failed, failed}));
process.exit(failed ? 1 : 0);
