// An S3-compatible store with one bucket, in the folder that is named. Says its port as a line of JSON.
import S3rver from "s3rver";

const [directory] = process.argv.slice(2);
const store = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets: [{ name: "hansa-documents" }] });
const { port } = await store.run();
console.log(JSON.stringify({ port }));
