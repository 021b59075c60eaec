import ChoosePassword from "./ChoosePassword.tsx";

export default function NewPassword() {
  return <ChoosePassword by="new-password" />;
}
