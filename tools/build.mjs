console.error("no build yet");
