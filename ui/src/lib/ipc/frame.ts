/** The binary frame of samples, version 1: typed arrays over the buffer, nothing copied. */
export type Column = { key: string; unit: string; values: Float32Array | Float64Array };
export type Frame = { epoch: number; count: number; start: string; timeMs: Int32Array; columns: Column[] };

type Header = {
  epoch: number;
  count: number;
  start: string;
  timeOffset: number;
  channels: { key: string; unit: string; type: 'f32' | 'f64'; offset: number }[];
};

export function decodeFrame(buffer: ArrayBuffer): Frame {
  const view = new DataView(buffer);
  if (buffer.byteLength < 12 || view.getUint32(0, false) !== 0x504c5346)
    throw new Error('The samples do not begin as a series frame.');
  if (view.getUint32(4, true) !== 1) throw new Error('The series frame is of another version.');
  const length = view.getUint32(8, true);
  if (12 + length > buffer.byteLength) throw new Error('The series frame is cut short.');
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 12, length))) as Header;
  const fits = (offset: number, size: number) => {
    if (offset + size * header.count > buffer.byteLength) throw new Error('The series frame is cut short.');
  };
  fits(header.timeOffset, 4);
  return {
    epoch: header.epoch,
    count: header.count,
    start: header.start,
    timeMs: new Int32Array(buffer, header.timeOffset, header.count),
    columns: header.channels.map(({ key, unit, type, offset }) => {
      fits(offset, type === 'f64' ? 8 : 4);
      const values =
        type === 'f64'
          ? new Float64Array(buffer, offset, header.count)
          : new Float32Array(buffer, offset, header.count);
      return { key, unit, values };
    }),
  };
}
