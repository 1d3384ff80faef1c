import QtQuick
import "../theme"

Row {
    id: stepper
    property string value: "1"
    property string what: ""
    signal stepped(int by)
    signal asked

    spacing: 0
    IconButton { iconName: stepper.value === "1" ? "trash-can-outline" : "minus"; text: qsTr("One less: %1").arg(stepper.what); onClicked: stepper.stepped(-1) }
    AppText {
        height: Theme.touch
        horizontalAlignment: Text.AlignHCenter
        strong: true
        text: (fmt.locale, fmt.quantity(stepper.value))
        width: Math.max(28, implicitWidth)
    }
    IconButton { iconName: "plus"; text: qsTr("One more: %1").arg(stepper.what); onClicked: stepper.stepped(1) }
}
